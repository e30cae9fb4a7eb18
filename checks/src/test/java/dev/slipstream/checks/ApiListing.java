package dev.slipstream.checks;

import static java.util.Comparator.comparing;
import static java.util.stream.Collectors.joining;

import dev.slipstream.checks.Modules.Module;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.reflect.AnnotatedType;
import java.lang.reflect.Constructor;
import java.lang.reflect.Executable;
import java.lang.reflect.Field;
import java.lang.reflect.Member;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.TypeVariable;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * What a module exports: each public class of its exported packages, with the public and protected
 * members, a line each, sorted by name. Members that a public class inherits from one that is not
 * public count as its own.
 */
final class ApiListing {
  private static final int MODIFIERS =
      Modifier.PUBLIC | Modifier.PROTECTED | Modifier.STATIC | Modifier.FINAL | Modifier.ABSTRACT;

  private static final Pattern JAVA_LANG = Pattern.compile("\\bjava\\.lang\\.(?=[A-Z@])");

  private ApiListing() {}

  static String of(Module module) {
    return module.exports().stream()
        .flatMap(name -> classes(module, name))
        .filter(ApiListing::isVisible)
        .map(ApiListing::of)
        .collect(joining("\n"));
  }

  private static Stream<? extends Class<?>> classes(Module module, String packageName) {
    try (Stream<Path> files = Files.list(module.classes().resolve(packageName.replace('.', '/')))) {
      return files
          .map(file -> file.getFileName().toString())
          .filter(file -> file.endsWith(".class") && !file.equals("package-info.class"))
          .map(file -> packageName + "." + file.replace(".class", ""))
          .sorted()
          .map(ApiListing::load)
          .toList()
          .stream();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Class<?> load(String name) {
    try {
      return Class.forName(name, false, ApiListing.class.getClassLoader());
    } catch (ClassNotFoundException e) {
      throw new IllegalStateException(name + " is released, but no dependency of the checks", e);
    }
  }

  private static boolean isVisible(Class<?> type) {
    return isVisible(type.getModifiers())
        && !type.isSynthetic()
        && !type.isAnonymousClass()
        && (type.getEnclosingClass() == null || isVisible(type.getEnclosingClass()));
  }

  private static boolean isVisible(int modifiers) {
    return Modifier.isPublic(modifiers) || Modifier.isProtected(modifiers);
  }

  static String of(Class<?> type) {
    List<Line> members = new ArrayList<>();
    for (Class<?> at = type; at == type || isHidden(at); at = at.getSuperclass()) {
      visible(at.getDeclaredFields()).map(ApiListing::of).forEach(members::add);
      visible(at.getDeclaredMethods()).map(ApiListing::of).forEach(members::add);
    }
    visible(type.getDeclaredConstructors()).map(ApiListing::of).forEach(members::add);
    Stream<String> lines =
        members.stream()
            .sorted(comparing(Line::name).thenComparing(Line::text))
            .map(Line::text)
            .distinct();
    return Stream.concat(Stream.of(header(type)), lines).collect(joining("\n  ", "", "\n"));
  }

  private record Line(String name, String text) {}

  private static boolean isHidden(Class<?> type) {
    return type != null && type.getName().startsWith("dev.slipstream.") && !isVisible(type);
  }

  private static <M extends Member> Stream<M> visible(M[] members) {
    return Stream.of(members)
        .filter(member -> isVisible(member.getModifiers()) && !member.isSynthetic());
  }

  private static String header(Class<?> type) {
    AnnotatedType superclass = type.getAnnotatedSuperclass();
    boolean extending =
        superclass != null
            && superclass.getType() != Object.class
            && !type.isEnum()
            && !type.isRecord()
            && !isHidden(type.getSuperclass());
    return modifiers(type.getModifiers() & (type.isInterface() ? ~Modifier.ABSTRACT : ~0))
        + (type.isSealed() ? "sealed " : "")
        + kind(type)
        + " "
        + type.getName()
        + parameters(type.getTypeParameters())
        + (extending ? " extends " + text(superclass) : "")
        + (type.getInterfaces().length == 0
            ? ""
            : list(type.getAnnotatedInterfaces(), " implements ", ""));
  }

  private static String kind(Class<?> type) {
    if (type.isAnnotation()) {
      return "@interface";
    }
    if (type.isInterface()) {
      return "interface";
    }
    return type.isEnum() ? "enum" : type.isRecord() ? "record" : "class";
  }

  private static Line of(Field field) {
    return new Line(
        field.getName(),
        modifiers(field.getModifiers()) + text(field.getAnnotatedType()) + " " + field.getName());
  }

  private static Line of(Method method) {
    String parameters = parameters(method.getTypeParameters());
    return new Line(
        method.getName(),
        modifiers(method.getModifiers())
            + (method.isDefault() ? "default " : "")
            + (parameters.isEmpty() ? "" : parameters + " ")
            + text(method.getAnnotatedReturnType())
            + " "
            + method.getName()
            + arguments(method));
  }

  private static Line of(Constructor<?> constructor) {
    return new Line("", modifiers(constructor.getModifiers()) + "new" + arguments(constructor));
  }

  /** Compilers differ in what they say of the parameters of a record's constructor. */
  private static AnnotatedType[] parameterTypes(Executable executable) {
    Class<?> owner = executable.getDeclaringClass();
    if (owner.isRecord() && executable instanceof Constructor<?>) {
      RecordComponent[] components = owner.getRecordComponents();
      Class<?>[] raw = Stream.of(components).map(RecordComponent::getType).toArray(Class<?>[]::new);
      if (Arrays.equals(raw, executable.getParameterTypes())) {
        return Stream.of(components)
            .map(RecordComponent::getAnnotatedType)
            .toArray(AnnotatedType[]::new);
      }
    }
    return executable.getAnnotatedParameterTypes();
  }

  private static String arguments(Executable executable) {
    AnnotatedType[] exceptions = executable.getAnnotatedExceptionTypes();
    return list(parameterTypes(executable), "(", ")")
        + (exceptions.length == 0 ? "" : list(exceptions, " throws ", ""));
  }

  private static String list(AnnotatedType[] types, String before, String after) {
    return Stream.of(types).map(ApiListing::text).collect(joining(", ", before, after));
  }

  private static String parameters(TypeVariable<?>[] parameters) {
    return parameters.length == 0
        ? ""
        : Stream.of(parameters).map(ApiListing::of).collect(joining(", ", "<", ">"));
  }

  private static String of(TypeVariable<?> parameter) {
    String bounds =
        Stream.of(parameter.getAnnotatedBounds()).map(ApiListing::text).collect(joining(" & "));
    return parameter.getName() + (bounds.equals("Object") ? "" : " extends " + bounds);
  }

  private static String modifiers(int modifiers) {
    String text = Modifier.toString(modifiers & MODIFIERS);
    return text.isEmpty() ? "" : text + " ";
  }

  /** A type, with its annotations, which say whether it can be null. */
  private static String text(AnnotatedType type) {
    return JAVA_LANG
        .matcher(type.toString().replace("org.jspecify.annotations.Nullable()", "Nullable"))
        .replaceAll("");
  }
}
