package dev.slipstream.spring.boot;

import dev.slipstream.spring.SlipstreamCacheManager;
import java.util.Map;
import org.springframework.boot.actuate.autoconfigure.endpoint.condition.ConditionalOnAvailableEndpoint;
import org.springframework.boot.actuate.endpoint.annotation.Endpoint;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;

/** Makes the {@link SlipstreamEndpoint} where the actuator is, and exposes it. */
@AutoConfiguration(after = SlipstreamCacheAutoConfiguration.class)
@ConditionalOnClass({Endpoint.class, ConditionalOnAvailableEndpoint.class})
@ConditionalOnAvailableEndpoint(endpoint = SlipstreamEndpoint.class)
@ConditionalOnBean(SlipstreamCacheManager.class)
@EnableConfigurationProperties(SlipstreamEndpointProperties.class)
public final class SlipstreamEndpointAutoConfiguration {
  SlipstreamEndpointAutoConfiguration() {}

  @Bean
  @ConditionalOnMissingBean
  SlipstreamEndpoint slipstreamEndpoint(
      Map<String, SlipstreamCacheManager> managers, SlipstreamEndpointProperties properties) {
    return new SlipstreamEndpoint(managers, properties.showKeys());
  }
}
