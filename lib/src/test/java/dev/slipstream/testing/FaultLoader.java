package dev.slipstream.testing;

import java.io.IOException;
import java.io.InputStream;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.objectweb.asm.ClassReader;
import org.objectweb.asm.ClassVisitor;
import org.objectweb.asm.ClassWriter;
import org.objectweb.asm.Handle;
import org.objectweb.asm.MethodVisitor;
import org.objectweb.asm.Opcodes;

/**
 * Loads the library anew, with a call to {@link Faults} before each allocation and each call in the
 * classes chosen. What a static initializer does is left as it is.
 */
public final class FaultLoader extends ClassLoader {
  private static final String LIBRARY = "dev.slipstream.";
  private static final String SHARED = "dev.slipstream.testing.";
  private static final String CONTINUATION = "dev/slipstream/latch/Continuation";
  private static final String FAULTS = Faults.class.getName().replace('.', '/');

  private final Predicate<String> instrumented;

  /**
   * Makes a loader.
   *
   * @param instrumented whether a class of that name gets points
   */
  public FaultLoader(Predicate<String> instrumented) {
    super("faults", FaultLoader.class.getClassLoader());
    this.instrumented = instrumented;
  }

  @Override
  protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
    if (!name.startsWith(LIBRARY) || name.startsWith(SHARED)) {
      return super.loadClass(name, resolve);
    }
    synchronized (getClassLoadingLock(name)) {
      Class<?> present = findLoadedClass(name);
      return present == null ? define(name) : present;
    }
  }

  private Class<?> define(String name) throws ClassNotFoundException {
    byte[] code;
    try (InputStream file = getParent().getResourceAsStream(name.replace('.', '/') + ".class")) {
      if (file == null) {
        throw new ClassNotFoundException(name);
      }
      code = file.readAllBytes();
    } catch (IOException e) {
      throw new ClassNotFoundException(name, e);
    }
    byte[] loaded = instrumented.test(name) ? withPoints(code) : code;
    return defineClass(name, loaded, 0, loaded.length);
  }

  private static byte[] withPoints(byte[] code) {
    ClassReader reader = new ClassReader(code);
    ClassWriter writer = new ClassWriter(reader, 0); // the points need no stack and no frame
    reader.accept(new Points(writer), 0);
    return writer.toByteArray();
  }

  private static final class Points extends ClassVisitor {
    Points(ClassVisitor next) {
      super(Opcodes.ASM9, next);
    }

    @Override
    public MethodVisitor visitMethod(
        int access,
        String name,
        String descriptor,
        @Nullable String signature,
        String @Nullable [] exceptions) {
      MethodVisitor next = super.visitMethod(access, name, descriptor, signature, exceptions);
      return name.equals("<clinit>") ? next : new MethodPoints(next);
    }
  }

  private static final class MethodPoints extends MethodVisitor {
    MethodPoints(MethodVisitor next) {
      super(Opcodes.ASM9, next);
    }

    private void point(String kind) {
      super.visitMethodInsn(Opcodes.INVOKESTATIC, FAULTS, kind, "()V", false);
    }

    @Override
    public void visitTypeInsn(int opcode, String type) {
      if (opcode == Opcodes.ANEWARRAY) {
        point("allocation");
      }
      super.visitTypeInsn(opcode, type);
      if (opcode == Opcodes.NEW) {
        point("allocation"); // after it, since frames refer to the instruction by its place
      }
    }

    @Override
    public void visitIntInsn(int opcode, int operand) {
      if (opcode == Opcodes.NEWARRAY) {
        point("allocation");
      }
      super.visitIntInsn(opcode, operand);
    }

    @Override
    public void visitInvokeDynamicInsn(
        String name, String descriptor, Handle bootstrap, Object... arguments) {
      if (!descriptor.startsWith("()")) {
        point("allocation");
      }
      super.visitInvokeDynamicInsn(name, descriptor, bootstrap, arguments);
    }

    @Override
    public void visitMethodInsn(
        int opcode, String owner, String name, String descriptor, boolean isInterface) {
      if (!owner.equals(CONTINUATION)) { // an error there is the user's own
        point("call");
      }
      super.visitMethodInsn(opcode, owner, name, descriptor, isInterface);
    }
  }
}
