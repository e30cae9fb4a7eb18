package dev.slipstream;

import static com.tngtech.archunit.core.domain.JavaAccess.Predicates.target;
import static com.tngtech.archunit.core.domain.JavaAccess.Predicates.targetOwner;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.assignableTo;
import static com.tngtech.archunit.core.domain.properties.HasName.Predicates.name;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static java.util.stream.Collectors.toSet;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaAccess;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaCodeUnitAccess;
import com.tngtech.archunit.core.domain.JavaField;
import com.tngtech.archunit.core.domain.JavaMember;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.domain.JavaType;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import com.tngtech.archunit.library.dependencies.SliceAssignment;
import com.tngtech.archunit.library.dependencies.SliceIdentifier;
import com.tngtech.archunit.library.dependencies.syntax.SlicesShould;
import dev.slipstream.canal.CanalUsesViewCanary;
import dev.slipstream.internal.InternalUsesLatchCanary;
import dev.slipstream.latch.LatchKnowsTheRootCanary;
import dev.slipstream.latch.LatchUsesWatchCanary;
import dev.slipstream.ledger.LedgerUsesCanalCanary;
import dev.slipstream.view.ViewUsesLatchCanary;
import dev.slipstream.watch.WatchUsesViewCanary;
import java.lang.reflect.Method;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.ForkJoinPool;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What the packages may know of each other, and whose threads the library never takes. */
class ArchitectureTest {
  private static final String INTERNAL = "dev.slipstream.internal";
  private static final JavaClasses LIBRARY =
      new ClassFileImporter()
          .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
          .importPackages("dev.slipstream");

  @Test
  void packagesFormNoCycle() {
    check(
        slices().assignedFrom(new PackageSlices()).should().beFreeOfCycles(),
        RootKnowsTheLatchCanary.class,
        LatchKnowsTheRootCanary.class);
  }

  /**
   * The root is one flat package whose classes stand in layers: see docs/architecture.md. Four
   * pairs are meant to know each other; each names the arrow that runs back up.
   */
  @Test
  void theRootHasNoCycleOfClassesButFourPairs() {
    SlicesShould classes = slices().assignedFrom(new RootClassSlices()).should();
    ArchRule rule =
        classes
            .beFreeOfCycles()
            .ignoreDependency(CoalescingCache.class, CoalescingCacheBuilder.class)
            .ignoreDependency(CoalescingCacheBuilder.class, SpecParser.class)
            .ignoreDependency(AwaitedFlight.class, AwaiterHandle.class)
            .ignoreDependency(FetchContext.class, LoadStack.class);
    check(rule, RootCycleCanary.class, RootCycleCanaryPartner.class);
  }

  @Test
  void noPackageKnowsTheRoot() {
    check(
        noClasses()
            .that()
            .resideInAPackage("dev.slipstream.(*)..")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("dev.slipstream"),
        LatchKnowsTheRootCanary.class,
        RootKnowsTheLatchCanary.class);
  }

  /** Canals stand on watch, watch on latch, ledgers on watch and view; and all on internal. */
  @Test
  void thePackagesStandOnEachOtherInOneOrder() {
    String latch = "dev.slipstream.latch";
    String watch = "dev.slipstream.watch";
    String canal = "dev.slipstream.canal";
    String view = "dev.slipstream.view";
    String ledger = "dev.slipstream.ledger";
    check(mayNotUse(INTERNAL, latch, watch, canal, view, ledger), InternalUsesLatchCanary.class);
    check(mayNotUse(latch, watch, canal, view, ledger), LatchUsesWatchCanary.class);
    check(mayNotUse(watch, canal, view, ledger), WatchUsesViewCanary.class);
    check(mayNotUse(canal, view, ledger), CanalUsesViewCanary.class);
    check(mayNotUse(view, latch, watch, canal, ledger), ViewUsesLatchCanary.class);
    check(mayNotUse(ledger, canal), LedgerUsesCanalCanary.class);
  }

  private static ArchRule mayNotUse(String user, String... used) {
    return noClasses()
        .that()
        .resideInAPackage(user)
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(used);
  }

  @Test
  void noExportedSignatureMentionsTheInternalPackage() {
    check(
        classes()
            .that()
            .resideOutsideOfPackage(INTERNAL)
            .and()
            .arePublic()
            .should(mentionNothingInternal()),
        ExportsInternalCanary.class);
  }

  private static ArchCondition<JavaClass> mentionNothingInternal() {
    return new ArchCondition<>("mention nothing of the internal package in what users see") {
      @Override
      public void check(JavaClass type, ConditionEvents events) {
        mentioned(type)
            .filter(mentioned -> mentioned.getPackageName().equals(INTERNAL))
            .forEach(
                mentioned ->
                    events.add(
                        SimpleConditionEvent.violated(
                            type, type.getName() + " mentions " + mentioned.getName())));
      }
    };
  }

  /** What the class itself and its public and protected members name, type arguments included. */
  private static Stream<JavaClass> mentioned(JavaClass type) {
    Stream<JavaType> supertypes =
        Stream.concat(type.getSuperclass().stream(), type.getInterfaces().stream());
    Stream<JavaType> fields = visible(type.getFields()).map(JavaField::getType);
    Stream<JavaType> codeUnits =
        visible(type.getCodeUnits())
            .flatMap(
                unit ->
                    Stream.concat(
                        Stream.of(unit.getReturnType()), unit.getParameterTypes().stream()));
    return Stream.of(supertypes, fields, codeUnits)
        .flatMap(types -> types)
        .flatMap(mentioned -> mentioned.getAllInvolvedRawTypes().stream());
  }

  private static <M extends JavaMember> Stream<M> visible(Set<M> members) {
    return members.stream()
        .filter(
            member ->
                member.getModifiers().contains(JavaModifier.PUBLIC)
                    || member.getModifiers().contains(JavaModifier.PROTECTED));
  }

  @Test
  void everyAsyncStageNamesItsExecutor() {
    check(
        noClasses().should().accessTargetWhere(isAsyncWithoutAnExecutor()), NoExecutorCanary.class);
  }

  @Test
  void nobodyTakesTheCommonPool() {
    check(
        noClasses()
            .should()
            .accessTargetWhere(
                targetOwner(assignableTo(ForkJoinPool.class)).and(target(name("commonPool")))),
        CommonPoolCanary.class);
  }

  /** The library keeps the rule, and the canaries, which break it, are caught. */
  private static void check(ArchRule rule, Class<?>... canaries) {
    rule.check(LIBRARY);
    JavaClasses broken = new ClassFileImporter().importClasses(canaries);
    assertThat(rule.evaluate(broken).hasViolation()).as("the canary is caught").isTrue();
  }

  private static DescribedPredicate<JavaAccess<?>> isAsyncWithoutAnExecutor() {
    Set<String> asyncMethods =
        Stream.of(CompletableFuture.class.getMethods())
            .map(Method::getName)
            .filter(name -> name.endsWith("Async"))
            .collect(toSet());
    return DescribedPredicate.describe(
        "an async stage is made without an Executor",
        access ->
            access instanceof JavaCodeUnitAccess<?> call
                && call.getTargetOwner().isAssignableTo(CompletionStage.class)
                && asyncMethods.contains(call.getTarget().getName())
                && call.getTarget().getRawParameterTypes().stream()
                    .noneMatch(type -> type.isAssignableTo(Executor.class)));
  }

  /** A slice for each class of the root, with what is nested in it. */
  private static final class RootClassSlices implements SliceAssignment {
    @Override
    public SliceIdentifier getIdentifierOf(JavaClass javaClass) {
      if (!javaClass.getPackageName().equals("dev.slipstream")) {
        return SliceIdentifier.ignore();
      }
      JavaClass outermost = javaClass;
      while (outermost.getEnclosingClass().isPresent()) {
        outermost = outermost.getEnclosingClass().get();
      }
      return SliceIdentifier.of(outermost.getSimpleName());
    }

    @Override
    public String getDescription() {
      return "classes of the root";
    }
  }

  /** A slice for each package, the root among them. */
  private static final class PackageSlices implements SliceAssignment {
    @Override
    public SliceIdentifier getIdentifierOf(JavaClass javaClass) {
      return SliceIdentifier.of(javaClass.getPackageName());
    }

    @Override
    public String getDescription() {
      return "packages";
    }
  }
}
