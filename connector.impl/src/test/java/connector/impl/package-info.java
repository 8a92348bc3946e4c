// SPDX-License-Identifier: Apache-2.0

/**
 * What is asked of the connector, and which test shows it. A test without a package is this bundle's, in the package of
 * what it tests; one that ends with IT is in {@code connector.test} and has the whole platform around it.
 *
 * <h2>Loss, exactly</h2>
 * <ul>
 * <li>The kernel's overrun rule, one ENOBUFS ahead of what is queued, everything dropped until the reader has
 *     caught up: {@code ReceiveQueueTest.shouldReportTheOverrunOnceAheadOfWhatIsQueuedAndDropAllUntilEmpty}, as socket
 *     {@code NetlinkSocketTest.shouldGiveOneEnobufsAheadOfWhatIsQueued}, beside the host's own {@code HostNetlinkTest}.
 * <li>A queue's size in bytes, one datagram beyond it, NETLINK_NO_ENOBUFS:
 *     {@code ReceiveQueueTest.shouldTakeOneDatagramBeyondItsSizeAsNetlinkDoes, shouldOnlyCountWithNoEnobufs}.
 * <li>How many were lost, from which group, the first and the last number:
 *     {@code ReceiveQueueTest.shouldRecordLossesOfEachGroup},
 *     {@code GateTest.shouldAccountForEveryMessageThatASlowReaderLost},
 *     {@code SessionTest.shouldTellAReceiverExactlyWhatItLost}. Property, over random senders, groups to 2^32-1 and
 *     reader: each number received or reported lost, once: {@code LossAccountTest}; each interleaving of a queue:
 *     {@code ReceiveQueueTest.shouldAccountForEveryMessageInAnyInterleaving}.
 * <li>Counters of each port, each user, and the bus: {@code StatisticsTest}, {@code ClientToolsIT}. Property, for
 *     each choice of overflow: sent is delivered, dropped or refused:
 *     {@code MailboxTest.shouldAccountForEveryMessageInAnyInterleaving}.
 * </ul>
 *
 * <h2>Send, all forms</h2>
 * <ul>
 * <li>Group 0 looks the id up, ENODEV and ESRCH, a group without an id: {@code SendTest}. A group, with the sender
 *     and another port left out:
 *     {@code NetlinkTest.shouldMulticastToAllMembersButTheSenderAndTheExceptedPortAndTheFiltered}. A port:
 *     {@code NetlinkTest.shouldUnicastToOnePort}.
 * <li>Several messages in one send, with its refusals: {@code SessionTest}, {@code FrameTest}.
 * <li>Filters on receive: the sender's, asked with each member's port as the kernel's is with each socket:
 *     {@code NetlinkTest}, {@code SessionTest}; the receiver's, by the kind of process event as from Linux 6.6 on:
 *     {@code agent.proc.EventMasksTest, ListenRequestsTest}, {@code ProcessEventsIT}.
 * <li>NLM_F_ACK and NLM_F_ECHO: {@code NetlinkTest.shouldStaySilentUnlessAskedForAnAnswer,
 *     shouldEchoToTheSenderWhatWasAccepted}; with errno, text and offset:
 *     {@code BadInputTest.shouldSayWhichFieldWasFalse},
 *     {@code SendTest.shouldDropMalformedFramesWithAReasonAndCountThem}; as bytes:
 *     {@code connector.api.wire.LayoutTest}.
 * <li>Inline and mailbox: {@code DeliveryTest}; many from one port: {@code VisitTest}; the threads:
 *     {@code DeliveryTest.shouldNeverRunUserCodeOnAVirtualThread}.
 * <li>What a full mailbox does, each choice with its count: {@code OverflowTest}; in bytes: {@code MailboxTest}.
 *     The queue as such, against a model, across the wrap of its tickets and of its bytes: {@code MessageRingTest}.
 * <li>seq and ack modulo 2^32, and the conventions of users: {@code connector.api.ReplyConventionTest},
 *     {@code CnMsgTest}, {@code MessagesIT.shouldWrapTheAckAround}.
 * </ul>
 *
 * <h2>Notification</h2>
 * <ul>
 * <li>Ranges of idx and val, several a request, half-open and without wrap-around; property, against arithmetic
 *     without bounds: {@code MatcherTest}, {@code connector.api.NotifyRequestTest}. The old matcher, property against
 *     Linux' loop, and its switch: {@code MatcherTest.shouldMatchAsTheCodeOfLinuxWithItsOneCursor},
 *     {@code SettingsTest},
 *     {@code NotificationsTest.shouldFollowTheOldMatcherForLegacySubscriptionsAloneWhereItIsSwitchedOn}.
 * <li>The legacy event: {@code NotificationsTest.shouldSendTheLegacyEventOfTwentyBytesToTheGroup},
 *     {@code GateTest}. The request of the seed's test, byte for byte:
 *     {@code NotificationsTest.shouldTakeTheGoldenRequestOfTheSeedsTest}.
 * <li>The extended event, after an atomic snapshot:
 *     {@code NotificationsTest.shouldSendTheSnapshotFirstThenEachChangeWithAGreaterEpoch,
 *     shouldLetSubscribersKeepAnExactTableWhileIdsComeAndGo, shouldGiveASnapshotThatIsLargerThanAnyQueue}.
 * <li>Reasons: {@code SuccessionTest.shouldSayWhyAnIdArrives}, {@code AgentLifecycleIT}; SUSPENDED, and that nobody
 *     came: {@code SuccessionTest.shouldAbandonAMailboxThatNobodyTakesOverInTime},
 *     {@code NotificationsTest.shouldTellThatAHoldoverExpiredToThoseAloneWhoKnowWhatThatIs}.
 * <li>Replaced, listed, cancelled, ended with its port:
 *     {@code NotificationsTest.shouldReplaceTheSameRequestAndCancelOnlyTheAskersOwn}; limited:
 *     {@code shouldLimitThePortsNumberOfSubscriptions}, {@code GateLimitsTest}; malformed:
 *     {@code shouldRefuseRequestsWhoseCountsAndLengthsDisagree}; forbidden: {@code shouldRefuseWhoMayNotAsk}.
 * <li>Nothing twice: {@code NotificationsTest.shouldSendAnEventOnceToEachGroupAndPortHoweverManyRequestsMatch};
 *     nothing of an id that never was, each arrival with its departure: {@code AnnouncementTest}; of ten thousand:
 *     {@code RegistryTest}.
 * </ul>
 *
 * <h2>Swap without loss</h2>
 * <ul>
 * <li>Stand-by and ranking: {@code SuccessionTest.shouldLetTheHighestRankingDrainAndOthersStandBy},
 *     {@code RefusedUsersIT.shouldLetTheRankingDecideWhoHasAnId}.
 * <li>Holdover whatever the cause: update, stop and start, refresh, reinstall: {@code SwapIT}. Kept and taken up in
 *     order: {@code SuccessionTest.shouldHoldMessagesOverForWhoComesNextAndContinueInOrder,
 *     shouldLoseAndReorderNothingWhileUsersAreSwappedUnderLoad}, {@code VisitTest}.
 * <li>Bounds in number, bytes and time, and what then happens:
 *     {@code SuccessionTest.shouldBoundWhatIsHeldOverAndDoWithTheRestWhatTheLastUserChose,
 *     shouldAbandonAMailboxThatNobodyTakesOverInTime, shouldNotExpireWhatSomebodyTookOver}.
 * <li>A callback that does not return: {@code DepartureTest}, {@code MailboxTest}.
 * <li>Started by a message; stopped by an operator and left so:
 *     {@code SwapIT.shouldStartALazyBundleByAMessageAndLeaveAStoppedOneStopped}.
 * </ul>
 *
 * <h2>The flight recorder</h2>
 * {@code RecordingTest}; as bundles: {@code ViewsIT.shouldRecordUsersWithTheFlightRecorder}.
 */
package connector.impl;
