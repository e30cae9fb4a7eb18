package dev.slipstream.redis;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class ScriptTextTest {
  private static final Pattern FUNCTION = Pattern.compile("(?m)^local function (\\w+)\\(");

  private static final String HEAD =
      "local a = 1\n\nlocal function f() end\n\nlocal function g() f() end\n\nlocal function h() end\n";

  @Test
  void aScriptHasTheFunctionsThatItUsesAndThoseThatTheseUse() {
    assertThat(ScriptText.withHead(HEAD, "g()"))
        .isEqualTo("local a = 1\nlocal function f() end\nlocal function g() f() end\ng()\n");
  }

  @Test
  void aFunctionStandsBeforeTheFirstParagraphThatUsesIt() {
    assertThat(ScriptText.withHead(HEAD, "f()\n\ng()\nh()"))
        .isEqualTo(
            "local a = 1\nlocal function f() end\nf()\n"
                + "local function g() f() end\nlocal function h() end\n\ng()\nh()\n");
  }

  @ParameterizedTest
  @EnumSource
  void noScriptHasAFunctionThatItDoesNotUse(Script script) {
    assertThat(FUNCTION.matcher(script.text).results().map(found -> found.group(1)))
        .allSatisfy(
            name -> assertThat(script.text.split("\\b" + name + "\\(", -1)).hasSizeGreaterThan(2));
  }
}
