// SPDX-License-Identifier: Apache-2.0
package connector.api;

/**
 * By which rule a message is the reply to a request. Linux documents one; the users inside its kernel invented others,
 * and a user that carries such a protocol over can be asked by its own.
 */
public enum ReplyConvention {

    /** Linux' documented rule: the request's seq, and its ack + 1 modulo 2<sup>32</sup>. */
    ACK_PLUS_ONE,

    /** As w1 does it: the request's seq, and that seq + 1 in ack. */
    SEQ_PLUS_ONE,

    /** As dm-log-userspace does it: the request's seq; ack holds the answering side's errno, 0 for success. */
    ACK_IS_ERRNO,

    /** As uvesafb does it: the request's seq, and the same ack, which is a random cookie. */
    SAME_ACK;

    /**
     * Tells whether a message answers a request by this rule. The ids are not compared: replies are found at the port
     * that asked.
     *
     * @param request the request
     * @param reply the message that may answer it
     * @return whether it does
     */
    public boolean matches(CnMsg request, CnMsg reply) {
        return reply.seq() == request.seq() && switch (this) {
            case ACK_PLUS_ONE -> reply.ack() == request.ack() + 1;
            case SEQ_PLUS_ONE -> reply.ack() == request.seq() + 1;
            case ACK_IS_ERRNO -> true;
            case SAME_ACK -> reply.ack() == request.ack();
        };
    }
}
