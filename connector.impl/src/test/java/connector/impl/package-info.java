// SPDX-License-Identifier: Apache-2.0

/**
 * What the connector promises, and which test shows it. A test without a package is this bundle's, in the package of
 * what it tests; one that ends with IT is in {@code connector.test} and has the whole platform around it. The build
 * fails on a name that is no test's.
 *
 * <h2>Sockets, as netlink does them</h2>
 * <ul>
 * <li>Ports, chosen, asked for, in use, given back; bind masks; memberships by ADD, DROP and LIST, any u32 a group:
 *     {@code NetlinkTest}, {@code PortAddressTest}, {@code NetlinkSocketTest}, {@code GateTest}; beside the host's:
 *     {@code HostNetlinkTest}.
 * <li>Between two processes, to a port and to a group, under policy: {@code GateTest}, {@code RulePolicyTest},
 *     {@code OtherUserTest}.
 * <li>PKTINFO, MSG_TRUNC, MSG_PEEK, SO_RCVBUF in bytes, BROADCAST_ERROR, NO_ENOBUFS, CAP_ACK, EXT_ACK, getsockname,
 *     getpeername: {@code HostNetlinkTest}, {@code PortOptionsTest}, {@code NetlinkSocketTest},
 *     {@code ReceiveQueueTest}.
 * <li>The original's example, call by call: {@code UserspaceExampleTest}.
 * <li>The seqpacket gate: {@code SeqPacketGateTest}.
 * </ul>
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
 * <li>Of a client that ends while it is written to, each message that it did not read is counted:
 *     {@code EndingClientTest}.
 * <li>Counters of each port, each user, and the bus: {@code StatisticsTest}, {@code ClientToolsIT}; each field of
 *     each under its attribute: {@code StatisticsFieldsTest}; where they come from: {@code ListingTest},
 *     {@code PortTest}. Property, for each choice of overflow: sent is delivered, dropped or refused:
 *     {@code MailboxTest.shouldAccountForEveryMessageInAnyInterleaving}.
 * </ul>
 *
 * <h2>Send, all forms</h2>
 * <ul>
 * <li>Group 0 looks the id up, ENODEV and ESRCH, a group without an id: {@code SendTest}. A group, with the sender
 *     and another port left out:
 *     {@code NetlinkTest.shouldMulticastToAllMembersButTheSenderAndTheExceptedPortAndTheFiltered}. A port:
 *     {@code NetlinkTest.shouldUnicastToOnePort}.
 * <li>Several messages in one send, with its refusals: {@code SessionTest}, {@code FrameTest}; of a process, of which
 *     a user has the first, as in the kernel: {@code SeveralMessagesTest}.
 * <li>Filters on receive: the sender's, asked with each member's port as the kernel's is with each socket:
 *     {@code NetlinkTest}, {@code SessionTest}; the receiver's, by the kind of process event as from Linux 6.6 on:
 *     {@code agent.proc.EventMasksTest}, {@code agent.proc.ListenRequestsTest}, {@code ProcessEventsIT}.
 * <li>NLM_F_ACK and NLM_F_ECHO: {@code NetlinkTest.shouldStaySilentUnlessAskedForAnAnswer,
 *     shouldEchoToTheSenderWhatWasAccepted}; with errno, text and offset:
 *     {@code BadInputTest.shouldSayWhichFieldWasFalse},
 *     {@code SendTest.shouldDropMalformedFramesWithAReasonAndCountThem}; as bytes:
 *     {@code connector.api.wire.LayoutTest}.
 * <li>Inline and mailbox: {@code DeliveryTest}; many from one port: {@code VisitTest}; the threads:
 *     {@code DeliveryTest.shouldNeverRunUserCodeOnAVirtualThread}.
 * <li>What a full mailbox does, each choice with its count: {@code OverflowTest}; in bytes: {@code MailboxTest}; what
 *     can be chosen at all: {@code UserOptionsTest}.
 *     The queue as such, against a model, across the wrap of its tickets and of its bytes: {@code MessageRingTest}.
 * <li>No memory a message, on each of its ways to a user: {@code SendCostTest}.
 * <li>seq and ack modulo 2^32, and the conventions of users: {@code connector.api.ReplyConventionTest},
 *     {@code connector.api.CnMsgTest}, {@code MessagesIT.shouldWrapTheAckAround}.
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
 *     {@code GateTest}. The request of Linux' cn_test, byte for byte:
 *     {@code NotificationsTest.shouldTakeTheGoldenRequestOfCnTest}.
 * <li>The extended event, after an atomic snapshot:
 *     {@code NotificationsTest.shouldSendTheSnapshotFirstThenEachChangeWithAGreaterEpoch,
 *     shouldLetSubscribersKeepAnExactTableWhileIdsComeAndGo, shouldGiveASnapshotThatIsLargerThanAnyQueue}.
 * <li>Reasons: {@code SuccessionTest.shouldSayWhyAnIdArrives}, {@code AgentLifecycleIT}; SUSPENDED, and that nobody
 *     came: {@code SuccessionTest.shouldAbandonAMailboxThatNobodyTakesOverInTime},
 *     {@code NotificationsTest.shouldTellThatAHoldoverExpiredToThoseAloneWhoKnowWhatThatIs}.
 * <li>Replaced, listed, cancelled, ended with its port:
 *     {@code NotificationsTest.shouldReplaceTheSameRequestAndCancelOnlyTheAskersOwn}; malformed:
 *     {@code shouldRefuseRequestsWhoseCountsAndLengthsDisagree}; forbidden: {@code shouldRefuseWhoMayNotAsk}; limited:
 *     {@code shouldLimitThePortsNumberOfSubscriptions}, {@code GateLimitsTest}. Woken, counted, given back:
 *     {@code SubscriberTest}. Of a bundle's port, and once events were lost: {@code PortSubscriptionTest}.
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
 * <h2>Who may do what</h2>
 * <ul>
 * <li>The rules, an id, a group and a port each, their order and their defaults: {@code RulePolicyTest}; a bad one
 *     is refused by name: there and {@code SettingsTest}.
 * <li>Another user's process, in a process of his own: {@code OtherUserTest}. Identity that cannot be forged:
 *     {@code BadInputTest}, {@code HostNetlinkTest}.
 * <li>Refusals are answered EPERM, and counted: {@code OtherUserTest}, {@code NetlinkTest}.
 * <li>Limits of a client and of a user: ports, memberships, subscriptions, queued bytes, messages a second:
 *     {@code GateLimitsTest}, {@code RateTest}, {@code NotificationsTest}; of a user over all gates:
 *     {@code UserOfTwoGatesTest}.
 * </ul>
 *
 * <h2>Proof</h2>
 * <ul>
 * <li>Every frame, byte by byte: {@code connector.api.wire.LayoutTest}; what is answered to what, byte by byte, at a
 *     gate: {@code GoldenDialogueTest}; the loss record and PKTINFO inside: {@code FrameTest},
 *     {@code NetlinkSocketTest}.
 * <li>Beside the host's netlink: NETLINK_USERSOCK, call by call, with a row for each deliberate difference:
 *     {@code HostNetlinkTest}; NETLINK_ROUTE, which answers, frame by frame: {@code RouteNetlinkTest}.
 * <li>Any bytes at all, led by coverage: {@code connector.api.wire.WireFuzzTest}, {@code GateFuzzTest},
 *     {@code connector.client.pcapng.CaptureFuzzTest}; their inputs are beside them.
 * <li>The matcher with its ranges, the account of queues and of loss, seq and ack around 2^32: {@code MatcherTest},
 *     {@code ReceiveQueueTest}, {@code LossAccountTest}, {@code MailboxTest}, {@code SessionTest},
 *     {@code connector.api.ReplyConventionTest}.
 * <li>Clients killed at every byte of every kind of frame: {@code KilledClientTest}. Garbage, false lengths,
 *     silence: {@code BadInputTest}.
 * <li>Clients who send urgent data, or descriptors: {@code BesideTheStreamTest}.
 * <li>A gate whose file or directory is removed or replaced: {@code LostFileTest},
 *     {@code GateConfigurationIT.shouldComeBackWhereItsSocketWasRemovedOrReplaced}. Namespaces, and hosts that do not
 *     say which users there are: {@code NamespaceTest}, {@code IdMapTest}.
 * <li>Ten thousand registrations, and one as fast among a hundred thousand: {@code RegistryTest}. A thousand
 *     clients, a hundred of whom never read: {@code CrowdTest}. Clients who cannot be written to, for want of memory:
 *     {@code ShortMemoryTest}; for whom there is none at any one of the allocations on their way in and out: {@code
 *     ShortAdmissionTest}.
 * </ul>
 *
 * <h2>What passes on the bus</h2>
 * <ul>
 * <li>Each message, each way, with what becomes of it, in order, at the cost of a slow tap alone: {@code TapTest};
 *     through a real gate, in words and into a file: {@code connector.impl.gate.MonitorTest}; in the shell:
 *     {@code connector.impl.gogo.MonitorTest}.
 * <li>What a gate drops before it is a message, or whom it refuses; and what a mailbox drops after it had queued it, or
 *     a port that is closed: {@code DroppedFramesTest}, counted: {@code
 *     NetlinkTest.shouldCountWhatNoPortTakesAndWhatNobodyReads}; in a capture, and not replayed:
 *     {@code connector.client.pcapng.CaptureFileTest}, {@code connector.client.pcapng.DissectorTest}.
 * </ul>
 *
 * <h2>Tools and views</h2>
 * <ul>
 * <li>{@code cn}, each command on the platform, and on bad input: {@code ClientToolsIT}, {@code CommandTest},
 *     {@code connector.client.command.CommandLineTest}; what it prints: {@code connector.client.print.OutputTest}.
 * <li>Captures that others read, and those of others: {@code connector.client.pcapng.CaptureFileTest}; with
 *     Wireshark's dissector: {@code connector.client.pcapng.DissectorTest},
 *     {@code ClientToolsIT.shouldBeShownByTshark}.
 * <li>Completion, as a shell runs it: {@code connector.client.command.CompletionTest},
 *     {@code ClientToolsIT.shouldCompleteTheIdsThatAreThere}.
 * <li>The same in the platform's shell: {@code CommandsIT}. What it prints, and the kernel's own file beside it:
 *     {@code TablesTest.shouldListIdsInTheShapeOfTheKernelsFile, shouldHaveTheHeadingAndColumnsOfThisHostsKernel}.
 * <li>Services refused as users, with the reason: {@code RefusedUsersIT}. Inventory, health checks, JMX:
 *     {@code ViewsIT}, {@code ConnectorHealthCheckTest}, {@code ConnectorBeanTest}.
 * <li>The flight recorder: {@code RecordingTest}; as bundles: {@code ViewsIT.shouldRecordUsersWithTheFlightRecorder}.
 * </ul>
 */
package connector.impl;
