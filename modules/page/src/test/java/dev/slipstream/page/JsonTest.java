package dev.slipstream.page;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import org.junit.jupiter.api.Test;

class JsonTest {
  private static final ObjectMapper READER = new ObjectMapper();

  @Test
  void commasStandBetweenNamesAndBetweenValues() {
    Json json = new Json().object().name("a").array().value(1).value(true).nothing().endArray();
    json.name("b").object().endObject().name("c").value(0.5).endObject();

    assertThat(json).hasToString("{\"a\":[1,true,null],\"b\":{},\"c\":0.5}");
  }

  @Test
  void aRatioOfNothingIsNull() {
    assertThat(new Json().array().value(Double.NaN).endArray()).hasToString("[null]");
  }

  @Test
  void markupIsEscaped() {
    assertThat(new Json().value("</script><b>&"))
        .hasToString("\"\\u003c/script\\u003e\\u003cb\\u003e\\u0026\"");
  }

  @Test
  void everyTextOnOneLineComesBackAsItWas() throws JsonProcessingException {
    for (String text :
        new String[] {
          "",
          "\"\\/",
          "a\nb\r\tc",
          "\u0000\u001f\u007f\u0085",
          "\u2028\u2029",
          "Zoë 😀 \ud83d",
          "</b>"
        }) {
      String json = new Json().value(text).toString();

      assertThat(READER.readValue(json, String.class)).isEqualTo(text);
      assertThat(json).doesNotContainPattern("[\\p{Cntrl}\u2028\u2029<>&]");
    }
  }
}
