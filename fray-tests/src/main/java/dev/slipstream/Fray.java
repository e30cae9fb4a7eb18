package dev.slipstream;

import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicInteger;
import kotlin.Unit;
import org.pastalab.fray.core.TestRunner;
import org.pastalab.fray.core.command.Configuration;
import org.pastalab.fray.core.command.ExecutionInfo;
import org.pastalab.fray.core.command.LambdaExecutor;
import org.pastalab.fray.core.command.NetworkDelegateType;
import org.pastalab.fray.core.command.SystemTimeDelegateType;
import org.pastalab.fray.core.randomness.ControlledRandomProvider;
import org.pastalab.fray.core.scheduler.POSScheduler;

/** Runs a scenario under Fray, one schedule after the other, until one of them fails. */
final class Fray {
  private static final int SECONDS = 600;
  private static final int MOST_STEPS = 100_000;

  /** How many schedules ran, the one that failed included. */
  final int schedules;

  /** What the last schedule ended with, or null. */
  final Throwable failure;

  private Fray(int schedules, Throwable failure) {
    this.schedules = schedules;
    this.failure = failure;
  }

  static Fray run(Runnable scenario, int schedules, Path report) {
    AtomicInteger ran = new AtomicInteger();
    PrintStream out = System.out;
    System.setOut(new PrintStream(OutputStream.nullOutputStream())); // it prints each schedule
    try {
      Throwable failure =
          new TestRunner(
                  new Configuration(
                      new ExecutionInfo(
                          new LambdaExecutor(
                              () -> {
                                ran.incrementAndGet();
                                scenario.run();
                                return Unit.INSTANCE;
                              }),
                          false, // ignoreUnhandledExceptions
                          true, // interleaveMemoryOps
                          MOST_STEPS),
                      report,
                      schedules,
                      SECONDS,
                      new POSScheduler(),
                      new ControlledRandomProvider(),
                      true, // fullSchedule
                      false, // exploreMode
                      true, // noExitWhenBugFound
                      false, // isReplay
                      false, // noFray
                      false, // dummyRun
                      NetworkDelegateType.PROACTIVE,
                      SystemTimeDelegateType.NONE,
                      100_000L, // virtualTimeDelta
                      true, // ignoreTimedBlock
                      true, // sleepAsYield
                      false, // resetClassLoader
                      false, // redirectStdout
                      false, // abortThreadExecutionAfterMainExit
                      false, // resolveRacingOperationStackTraceHash
                      null)) // timelineCoverageType
              .run();
      return new Fray(ran.get(), failure);
    } finally {
      System.setOut(out);
    }
  }
}
