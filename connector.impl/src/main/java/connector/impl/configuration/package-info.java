// SPDX-License-Identifier: Apache-2.0

/**
 * What configurations have in common: a key that nothing reads is a mistake of whoever wrote it, who is told so, rather
 * than left with a limit that does not hold. No OSGi.
 */
package connector.impl.configuration;
