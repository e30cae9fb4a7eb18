package dev.slipstream.spring.boot;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * The properties of the endpoint.
 *
 * @param showKeys Whether the endpoint shows the keys of what is being loaded; masked by default.
 */
@ConfigurationProperties("management.endpoint.slipstream")
public record SlipstreamEndpointProperties(@DefaultValue("false") boolean showKeys) {}
