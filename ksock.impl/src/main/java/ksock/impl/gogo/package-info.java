// SPDX-License-Identifier: Apache-2.0
/**
 * The commands of the shell, scope {@code ksock}. Gogo is optional: its package is imported optionally, both components
 * are delayed, and without Gogo nobody asks for them, so that no class here is ever loaded.
 */
package ksock.impl.gogo;
