// SPDX-License-Identifier: Apache-2.0
package connector.impl.gate;

import java.io.IOException;
import java.io.InputStream;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassHierarchyResolver;
import java.lang.classfile.ClassTransform;
import java.lang.classfile.CodeElement;
import java.lang.classfile.instruction.InvokeDynamicInstruction;
import java.lang.classfile.instruction.NewMultiArrayInstruction;
import java.lang.classfile.instruction.NewObjectInstruction;
import java.lang.classfile.instruction.NewPrimitiveArrayInstruction;
import java.lang.classfile.instruction.NewReferenceArrayInstruction;
import java.lang.constant.ClassDesc;
import java.lang.constant.ConstantDescs;
import java.lang.constant.MethodTypeDesc;
import java.util.function.Predicate;

/**
 * Loads the connector anew, with a place before each allocation of its code where that can fail, as it does when the
 * heap is full. One place at a time can be chosen, and only one thread's allocations count.
 */
public final class AllocationFailures extends ClassLoader {

    private static final String PREFIX = "connector.impl.";
    private static final ClassDesc HERE = ClassDesc.of(AllocationFailures.class.getName());
    private static final MethodTypeDesc VOID = MethodTypeDesc.of(ConstantDescs.CD_void);

    private static Predicate<Thread> counts = thread -> false;
    private static int left;
    private static boolean failed;

    /** With none as yet. */
    public AllocationFailures() {
        super(AllocationFailures.class.getClassLoader());
    }

    /**
     * Has one allocation fail.
     *
     * @param which the first is 1
     * @param threads whose allocations count
     */
    public static synchronized void fail(int which, Predicate<Thread> threads) {
        counts = threads;
        left = which;
        failed = false;
    }

    /** Lets all succeed from now on; whether one has failed. */
    public static synchronized boolean end() {
        left = 0;
        return failed;
    }

    /** Called by the connector's code before each allocation. */
    public static synchronized void allocating() {
        if (left > 0 && counts.test(Thread.currentThread()) && --left == 0) {
            failed = true;
            throw new OutOfMemoryError("as if there were none");
        }
    }

    @Override
    protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
        synchronized (getClassLoadingLock(name)) {
            if (!name.startsWith(PREFIX) || name.equals(AllocationFailures.class.getName())) {
                return super.loadClass(name, resolve);
            }
            Class<?> loaded = findLoadedClass(name);
            return loaded != null ? loaded : define(name);
        }
    }

    private Class<?> define(String name) throws ClassNotFoundException {
        try (InputStream in = getParent().getResourceAsStream(name.replace('.', '/') + ".class")) {
            if (in == null) {
                throw new ClassNotFoundException(name);
            }
            ClassFile format = ClassFile.of(ClassFile.ClassHierarchyResolverOption.of(
                    ClassHierarchyResolver.ofResourceParsing(getParent())));
            byte[] changed = format.transformClass(format.parse(in.readAllBytes()),
                    ClassTransform.transformingMethodBodies((code, element) -> {
                        if (allocates(element)) {
                            code.invokestatic(HERE, "allocating", VOID);
                        }
                        code.with(element);
                    }));
            return defineClass(name, changed, 0, changed.length);
        } catch (IOException e) {
            throw new ClassNotFoundException(name, e);
        }
    }

    private static boolean allocates(CodeElement element) {
        return element instanceof NewObjectInstruction || element instanceof NewPrimitiveArrayInstruction
                || element instanceof NewReferenceArrayInstruction || element instanceof NewMultiArrayInstruction
                || element instanceof InvokeDynamicInstruction;
    }
}
