// Generated from traces/repltrace.schema.json by its test; change the schema, then run the test with -u.

/**
 * The name of a node, a client, an operation or a message.
 */
export type Name = string
/**
 * A position in a log, an epoch, or a number of things; 0 is before the first.
 */
export type Count = number
/**
 * A value written or read; only equality of values counts.
 */
export type AnyValue = string | number | boolean | null | unknown[] | {}
/**
 * Something that happened. Fields that begin with x- are the recorder's own.
 */
export type Event =
  | WriteReceived
  | Append
  | Ship
  | Receive
  | AckSent
  | AckReceived
  | Flush
  | Commit
  | Apply
  | Reply
  | Read
  | Invoke
  | Ok
  | Fail
  | Info
  | Crash
  | Restart
  | Suspect
  | Elect
  | Promote
  | Demote
  | Follow
  | Fence
  | Truncate
  | CatchUp
  | Config
  | State
  | Partition
  | Heal
  | Gap
  | Note
/**
 * A 64-bit integer in decimal, as text.
 */
export type Bigint = string
export type Role = 'leader' | 'follower' | 'candidate' | 'down'

/**
 * A trace of a replicated system, version 1.0: a header and events. As a document, this schema; as a stream, one line each for a header, its events and an end.
 */
export interface Repltrace {
  header: Header
  events: Event[]
}
/**
 * What the trace is about and how much it says. The first line of a stream.
 */
export interface Header {
  type: 'header'
  format: 'repltrace'
  /**
   * 1.0; every 1.x is read.
   */
  version: string
  /**
   * A name for the recording.
   */
  id?: string
  /**
   * What was recorded.
   */
  system?: {
    name: Name
    version?: string
  }
  /**
   * Every node; events of others are errors. Empty for a history of clients alone.
   */
  nodes: Name[]
  /**
   * Every client; when left out, those that occur.
   */
  clients?: Name[]
  /**
   * The state before the first event.
   */
  init?: {
    /**
     * Who leads at first: a node, null for nobody, or unknown. Null when left out.
     */
    leader?: Name | null
    /**
     * The epoch at first, or unknown. 0 when left out.
     */
    epoch?: Count | 'unknown'
    /**
     * The last position of every log at first, or unknown. 0 when left out.
     */
    last?: Count | 'unknown'
    /**
     * The value of each key at first, or unknown.
     */
    values?:
      | {
          [k: string]: AnyValue
        }
      | 'unknown'
  }
  model?: Model
  /**
   * What orders the events.
   */
  clock?: {
    /**
     * total: the file's order; node: only the order at each node (the default); vector: vector clocks; interval: times with skew; client: a history of clients, in the order of the file.
     */
    order?: 'total' | 'node' | 'vector' | 'interval' | 'client'
    kind?: 'wall' | 'monotonic' | 'logical'
    unit?: 's' | 'ms' | 'us' | 'ns'
    /**
     * How far two clocks may be apart, in nanoseconds.
     */
    maxSkewNs?: string
  }
  /**
   * Per type of event: all were recorded, some may be hidden, or none were recorded. When left out: all for types that occur, none for others.
   */
  complete?: {
    'write-received'?: 'all' | 'some' | 'none'
    append?: 'all' | 'some' | 'none'
    ship?: 'all' | 'some' | 'none'
    receive?: 'all' | 'some' | 'none'
    'ack-sent'?: 'all' | 'some' | 'none'
    'ack-received'?: 'all' | 'some' | 'none'
    flush?: 'all' | 'some' | 'none'
    commit?: 'all' | 'some' | 'none'
    apply?: 'all' | 'some' | 'none'
    reply?: 'all' | 'some' | 'none'
    read?: 'all' | 'some' | 'none'
    invoke?: 'all' | 'some' | 'none'
    ok?: 'all' | 'some' | 'none'
    fail?: 'all' | 'some' | 'none'
    info?: 'all' | 'some' | 'none'
    crash?: 'all' | 'some' | 'none'
    restart?: 'all' | 'some' | 'none'
    suspect?: 'all' | 'some' | 'none'
    elect?: 'all' | 'some' | 'none'
    promote?: 'all' | 'some' | 'none'
    demote?: 'all' | 'some' | 'none'
    follow?: 'all' | 'some' | 'none'
    fence?: 'all' | 'some' | 'none'
    truncate?: 'all' | 'some' | 'none'
    'catch-up'?: 'all' | 'some' | 'none'
    config?: 'all' | 'some' | 'none'
    state?: 'all' | 'some' | 'none'
    partition?: 'all' | 'some' | 'none'
    heal?: 'all' | 'some' | 'none'
    gap?: 'all' | 'some' | 'none'
    note?: 'all' | 'some' | 'none'
  }
  /**
   * What is known of operations.
   */
  ops?: {
    /**
     * No value is written twice.
     */
    unique?: boolean
    /**
     * What a null read means: the key is absent, or nobody knows.
     */
    nil?: 'absent' | 'unknown'
  }
  /**
   * Which steps one event covers, where systems differ.
   */
  granularity?: {
    /**
     * append: receiving includes writing to the log (the default); deliver: an append follows.
     */
    receive?: 'append' | 'deliver'
    /**
     * truncates: a restart may remove the end of the log without an event of its own.
     */
    restart?: 'truncates' | 'keeps'
  }
  /**
   * dense: positions are 1, 2, 3, … (the default); sparse: only their order counts, as with byte offsets.
   */
  index?: 'dense' | 'sparse'
  /**
   * How values were hidden.
   */
  privacy?: {
    values?: string
  }
  /**
   * This interface was referenced by `Header`'s JSON-Schema definition
   * via the `patternProperty` "^x-".
   */
  [k: string]: unknown
}
/**
 * The configuration to check against: knobs of the specification with their values.
 */
export interface Model {
  /**
   * The name of a node, a client, an operation or a message.
   */
  preset?: string
  [k: string]: boolean | number | string | (number | string)[] | undefined
}
/**
 * A client's write reached the leader.
 */
export interface WriteReceived {
  type: 'write-received'
  /**
   * The name of a node, a client, an operation or a message.
   */
  node: string
  /**
   * The name of a node, a client, an operation or a message.
   */
  op: string
  /**
   * The name of a node, a client, an operation or a message.
   */
  client?: string
  /**
   * The name of a node, a client, an operation or a message.
   */
  session?: string
  /**
   * Which attempt of a retried operation it is.
   */
  attempt?: number
  /**
   * The name of a node, a client, an operation or a message.
   */
  key?: string
  value?: AnyValue
  /**
   * The number of the event at its node, from 1; a hole says that events were lost.
   */
  seq?: number
  /**
   * When it happened.
   */
  ts?: Bigint | [Bigint, Bigint]
  /**
   * A vector clock: per node how many of its events happened before, this one included.
   */
  vc?: {
    [k: string]: Count
  }
  /**
   * The name of a node, a client, an operation or a message.
   */
  id?: string
  /**
   * Names of events that happened before this one.
   */
  causes?: Name[]
  /**
   * The name of a node, a client, an operation or a message.
   */
  group?: string
  obs?: Observation
  src?: Source
  /**
   * This interface was referenced by `WriteReceived`'s JSON-Schema definition
   * via the `patternProperty` "^x-".
   */
  [k: string]: unknown
}
/**
 * What was seen of the node's state; any part may be left out.
 */
export interface Observation {
  role?: Role
  /**
   * The highest epoch the node has heard of.
   */
  epoch?:
    | Count
    | null
    | {
        ge?: Count
        le?: Count
      }
  /**
   * The position of the log's last entry.
   */
  last?:
    | Count
    | null
    | {
        ge?: Count
        le?: Count
      }
  /**
   * The epoch of the log's last entry.
   */
  lastEpoch?:
    | Count
    | null
    | {
        ge?: Count
        le?: Count
      }
  /**
   * Up to where the node knows entries to be committed.
   */
  commit?:
    | Count
    | null
    | {
        ge?: Count
        le?: Count
      }
  /**
   * Up to where entries are applied.
   */
  applied?:
    | Count
    | null
    | {
        ge?: Count
        le?: Count
      }
  /**
   * Up to where the log is durable.
   */
  synced?:
    | Count
    | null
    | {
        ge?: Count
        le?: Count
      }
  /**
   * The operations in the log, from position 1.
   */
  log?: Name[]
  /**
   * A chained hash of entries 1 to last.
   */
  prefixHash?: string
  /**
   * When it was true: after the event (the default), before it, or at some earlier time since the node last started.
   */
  at?: 'after' | 'before' | 'stale'
  /**
   * This interface was referenced by `Observation`'s JSON-Schema definition
   * via the `patternProperty` "^x-".
   */
  [k: string]: unknown
}
/**
 * Where the event was taken from.
 */
export interface Source {
  file?: string
  line?: number
  raw?: string
}
/**
 * A node wrote an entry to its own log.
 */
export interface Append {
  type: 'append'
  /**
   * The name of a node, a client, an operation or a message.
   */
  node: string
  /**
   * The position in the log, or the first and last of a batch.
   */
  index: Count | [Count, Count]
  /**
   * A position in a log, an epoch, or a number of things; 0 is before the first.
   */
  epoch?: number
  /**
   * The name of a node, a client, an operation or a message.
   */
  op?: string
  /**
   * Whether the entry was durable when the event was written.
   */
  durable?: boolean
  /**
   * The name of a node, a client, an operation or a message.
   */
  key?: string
  value?: AnyValue
  /**
   * The number of the event at its node, from 1; a hole says that events were lost.
   */
  seq?: number
  /**
   * When it happened.
   */
  ts?: Bigint | [Bigint, Bigint]
  /**
   * A vector clock: per node how many of its events happened before, this one included.
   */
  vc?: {
    [k: string]: Count
  }
  /**
   * The name of a node, a client, an operation or a message.
   */
  id?: string
  /**
   * Names of events that happened before this one.
   */
  causes?: Name[]
  /**
   * The name of a node, a client, an operation or a message.
   */
  group?: string
  obs?: Observation
  src?: Source
  /**
   * This interface was referenced by `Append`'s JSON-Schema definition
   * via the `patternProperty` "^x-".
   */
  [k: string]: unknown
}
/**
 * A node sent log entries, or served a request for them.
 */
export interface Ship {
  type: 'ship'
  /**
   * The name of a node, a client, an operation or a message.
   */
  node: string
  /**
   * The name of a node, a client, an operation or a message.
   */
  to: string
  /**
   * The position in the log, or the first and last of a batch.
   */
  index?: Count | [Count, Count]
  prev?: Entry
  /**
   * A position in a log, an epoch, or a number of things; 0 is before the first.
   */
  epoch?: number
  /**
   * A position in a log, an epoch, or a number of things; 0 is before the first.
   */
  commit?: number
  /**
   * The name of a node, a client, an operation or a message.
   */
  msg?: string
  /**
   * The number of the event at its node, from 1; a hole says that events were lost.
   */
  seq?: number
  /**
   * When it happened.
   */
  ts?: Bigint | [Bigint, Bigint]
  /**
   * A vector clock: per node how many of its events happened before, this one included.
   */
  vc?: {
    [k: string]: Count
  }
  /**
   * The name of a node, a client, an operation or a message.
   */
  id?: string
  /**
   * Names of events that happened before this one.
   */
  causes?: Name[]
  /**
   * The name of a node, a client, an operation or a message.
   */
  group?: string
  obs?: Observation
  src?: Source
  /**
   * This interface was referenced by `Ship`'s JSON-Schema definition
   * via the `patternProperty` "^x-".
   */
  [k: string]: unknown
}
/**
 * The entry before the ones that are shipped.
 */
export interface Entry {
  index: Count
  epoch: Count
}
/**
 * A node processed entries from another.
 */
export interface Receive {
  type: 'receive'
  /**
   * The name of a node, a client, an operation or a message.
   */
  node: string
  /**
   * The name of a node, a client, an operation or a message.
   */
  from: string
  /**
   * The position in the log, or the first and last of a batch.
   */
  index?: Count | [Count, Count]
  prev?: Entry
  /**
   * A position in a log, an epoch, or a number of things; 0 is before the first.
   */
  epoch?: number
  /**
   * A position in a log, an epoch, or a number of things; 0 is before the first.
   */
  commit?: number
  /**
   * The name of a node, a client, an operation or a message.
   */
  msg?: string
  /**
   * Whether the entry was durable when the event was written.
   */
  durable?: boolean
  /**
   * The number of the event at its node, from 1; a hole says that events were lost.
   */
  seq?: number
  /**
   * When it happened.
   */
  ts?: Bigint | [Bigint, Bigint]
  /**
   * A vector clock: per node how many of its events happened before, this one included.
   */
  vc?: {
    [k: string]: Count
  }
  /**
   * The name of a node, a client, an operation or a message.
   */
  id?: string
  /**
   * Names of events that happened before this one.
   */
  causes?: Name[]
  /**
   * The name of a node, a client, an operation or a message.
   */
  group?: string
  obs?: Observation
  src?: Source
  /**
   * This interface was referenced by `Receive`'s JSON-Schema definition
   * via the `patternProperty` "^x-".
   */
  [k: string]: unknown
}
/**
 * A follower said how much it has.
 */
export interface AckSent {
  type: 'ack-sent'
  /**
   * The name of a node, a client, an operation or a message.
   */
  node: string
  /**
   * The name of a node, a client, an operation or a message.
   */
  to: string
  /**
   * The position in the log, or the first and last of a batch.
   */
  index?: Count | [Count, Count]
  /**
   * A position in a log, an epoch, or a number of things; 0 is before the first.
   */
  epoch?: number
  /**
   * Whether it succeeded.
   */
  ok?: boolean
  /**
   * The name of a node, a client, an operation or a message.
   */
  msg?: string
  /**
   * The number of the event at its node, from 1; a hole says that events were lost.
   */
  seq?: number
  /**
   * When it happened.
   */
  ts?: Bigint | [Bigint, Bigint]
  /**
   * A vector clock: per node how many of its events happened before, this one included.
   */
  vc?: {
    [k: string]: Count
  }
  /**
   * The name of a node, a client, an operation or a message.
   */
  id?: string
  /**
   * Names of events that happened before this one.
   */
  causes?: Name[]
  /**
   * The name of a node, a client, an operation or a message.
   */
  group?: string
  obs?: Observation
  src?: Source
  /**
   * This interface was referenced by `AckSent`'s JSON-Schema definition
   * via the `patternProperty` "^x-".
   */
  [k: string]: unknown
}
/**
 * A leader heard how much a follower has.
 */
export interface AckReceived {
  type: 'ack-received'
  /**
   * The name of a node, a client, an operation or a message.
   */
  node: string
  /**
   * The name of a node, a client, an operation or a message.
   */
  from: string
  /**
   * The position in the log, or the first and last of a batch.
   */
  index?: Count | [Count, Count]
  /**
   * A position in a log, an epoch, or a number of things; 0 is before the first.
   */
  epoch?: number
  /**
   * Whether it succeeded.
   */
  ok?: boolean
  /**
   * The name of a node, a client, an operation or a message.
   */
  msg?: string
  /**
   * The number of the event at its node, from 1; a hole says that events were lost.
   */
  seq?: number
  /**
   * When it happened.
   */
  ts?: Bigint | [Bigint, Bigint]
  /**
   * A vector clock: per node how many of its events happened before, this one included.
   */
  vc?: {
    [k: string]: Count
  }
  /**
   * The name of a node, a client, an operation or a message.
   */
  id?: string
  /**
   * Names of events that happened before this one.
   */
  causes?: Name[]
  /**
   * The name of a node, a client, an operation or a message.
   */
  group?: string
  obs?: Observation
  src?: Source
  /**
   * This interface was referenced by `AckReceived`'s JSON-Schema definition
   * via the `patternProperty` "^x-".
   */
  [k: string]: unknown
}
/**
 * A node made its log durable up to a position.
 */
export interface Flush {
  type: 'flush'
  /**
   * The name of a node, a client, an operation or a message.
   */
  node: string
  /**
   * The position in the log, or the first and last of a batch.
   */
  index: Count | [Count, Count]
  /**
   * The number of the event at its node, from 1; a hole says that events were lost.
   */
  seq?: number
  /**
   * When it happened.
   */
  ts?: Bigint | [Bigint, Bigint]
  /**
   * A vector clock: per node how many of its events happened before, this one included.
   */
  vc?: {
    [k: string]: Count
  }
  /**
   * The name of a node, a client, an operation or a message.
   */
  id?: string
  /**
   * Names of events that happened before this one.
   */
  causes?: Name[]
  /**
   * The name of a node, a client, an operation or a message.
   */
  group?: string
  obs?: Observation
  src?: Source
  /**
   * This interface was referenced by `Flush`'s JSON-Schema definition
   * via the `patternProperty` "^x-".
   */
  [k: string]: unknown
}
/**
 * A node's commit position moved.
 */
export interface Commit {
  type: 'commit'
  /**
   * The name of a node, a client, an operation or a message.
   */
  node: string
  /**
   * A position in a log, an epoch, or a number of things; 0 is before the first.
   */
  commit: number
  /**
   * A position in a log, an epoch, or a number of things; 0 is before the first.
   */
  epoch?: number
  /**
   * The number of the event at its node, from 1; a hole says that events were lost.
   */
  seq?: number
  /**
   * When it happened.
   */
  ts?: Bigint | [Bigint, Bigint]
  /**
   * A vector clock: per node how many of its events happened before, this one included.
   */
  vc?: {
    [k: string]: Count
  }
  /**
   * The name of a node, a client, an operation or a message.
   */
  id?: string
  /**
   * Names of events that happened before this one.
   */
  causes?: Name[]
  /**
   * The name of a node, a client, an operation or a message.
   */
  group?: string
  obs?: Observation
  src?: Source
  /**
   * This interface was referenced by `Commit`'s JSON-Schema definition
   * via the `patternProperty` "^x-".
   */
  [k: string]: unknown
}
/**
 * A node applied an entry.
 */
export interface Apply {
  type: 'apply'
  /**
   * The name of a node, a client, an operation or a message.
   */
  node: string
  /**
   * The position in the log, or the first and last of a batch.
   */
  index: Count | [Count, Count]
  /**
   * The name of a node, a client, an operation or a message.
   */
  op?: string
  /**
   * The number of the event at its node, from 1; a hole says that events were lost.
   */
  seq?: number
  /**
   * When it happened.
   */
  ts?: Bigint | [Bigint, Bigint]
  /**
   * A vector clock: per node how many of its events happened before, this one included.
   */
  vc?: {
    [k: string]: Count
  }
  /**
   * The name of a node, a client, an operation or a message.
   */
  id?: string
  /**
   * Names of events that happened before this one.
   */
  causes?: Name[]
  /**
   * The name of a node, a client, an operation or a message.
   */
  group?: string
  obs?: Observation
  src?: Source
  /**
   * This interface was referenced by `Apply`'s JSON-Schema definition
   * via the `patternProperty` "^x-".
   */
  [k: string]: unknown
}
/**
 * A server answered a client.
 */
export interface Reply {
  type: 'reply'
  /**
   * The name of a node, a client, an operation or a message.
   */
  node: string
  /**
   * The name of a node, a client, an operation or a message.
   */
  op: string
  /**
   * The name of a node, a client, an operation or a message.
   */
  client?: string
  /**
   * The name of a node, a client, an operation or a message.
   */
  session?: string
  /**
   * Which attempt of a retried operation it is.
   */
  attempt?: number
  /**
   * Whether it succeeded.
   */
  ok?: boolean
  /**
   * The position in the log, or the first and last of a batch.
   */
  index?: Count | [Count, Count]
  /**
   * A position in a log, an epoch, or a number of things; 0 is before the first.
   */
  epoch?: number
  /**
   * The name of a node, a client, an operation or a message.
   */
  key?: string
  value?: AnyValue
  /**
   * What the operation does: read, write, cas, append, …
   */
  f?: string
  /**
   * Why, in words.
   */
  reason?: string
  /**
   * The number of the event at its node, from 1; a hole says that events were lost.
   */
  seq?: number
  /**
   * When it happened.
   */
  ts?: Bigint | [Bigint, Bigint]
  /**
   * A vector clock: per node how many of its events happened before, this one included.
   */
  vc?: {
    [k: string]: Count
  }
  /**
   * The name of a node, a client, an operation or a message.
   */
  id?: string
  /**
   * Names of events that happened before this one.
   */
  causes?: Name[]
  /**
   * The name of a node, a client, an operation or a message.
   */
  group?: string
  obs?: Observation
  src?: Source
  /**
   * This interface was referenced by `Reply`'s JSON-Schema definition
   * via the `patternProperty` "^x-".
   */
  [k: string]: unknown
}
/**
 * A server served a read.
 */
export interface Read {
  type: 'read'
  /**
   * The name of a node, a client, an operation or a message.
   */
  node: string
  /**
   * The name of a node, a client, an operation or a message.
   */
  op?: string
  /**
   * The name of a node, a client, an operation or a message.
   */
  client?: string
  /**
   * The name of a node, a client, an operation or a message.
   */
  session?: string
  /**
   * The name of a node, a client, an operation or a message.
   */
  key?: string
  value?: AnyValue
  /**
   * The position in the log, or the first and last of a batch.
   */
  index?: Count | [Count, Count]
  /**
   * A position in a log, an epoch, or a number of things; 0 is before the first.
   */
  epoch?: number
  /**
   * The number of the event at its node, from 1; a hole says that events were lost.
   */
  seq?: number
  /**
   * When it happened.
   */
  ts?: Bigint | [Bigint, Bigint]
  /**
   * A vector clock: per node how many of its events happened before, this one included.
   */
  vc?: {
    [k: string]: Count
  }
  /**
   * The name of a node, a client, an operation or a message.
   */
  id?: string
  /**
   * Names of events that happened before this one.
   */
  causes?: Name[]
  /**
   * The name of a node, a client, an operation or a message.
   */
  group?: string
  obs?: Observation
  src?: Source
  /**
   * This interface was referenced by `Read`'s JSON-Schema definition
   * via the `patternProperty` "^x-".
   */
  [k: string]: unknown
}
/**
 * A client began an operation.
 */
export interface Invoke {
  type: 'invoke'
  /**
   * The name of a node, a client, an operation or a message.
   */
  client: string
  /**
   * The name of a node, a client, an operation or a message.
   */
  op: string
  /**
   * What the operation does: read, write, cas, append, …
   */
  f: string
  /**
   * The name of a node, a client, an operation or a message.
   */
  session?: string
  /**
   * Which attempt of a retried operation it is.
   */
  attempt?: number
  /**
   * The name of a node, a client, an operation or a message.
   */
  key?: string
  value?: AnyValue
  /**
   * The name of a node, a client, an operation or a message.
   */
  to?: string
  /**
   * The name of a node, a client, an operation or a message.
   */
  node?: string
  /**
   * The number of the event at its node, from 1; a hole says that events were lost.
   */
  seq?: number
  /**
   * When it happened.
   */
  ts?: Bigint | [Bigint, Bigint]
  /**
   * A vector clock: per node how many of its events happened before, this one included.
   */
  vc?: {
    [k: string]: Count
  }
  /**
   * The name of a node, a client, an operation or a message.
   */
  id?: string
  /**
   * Names of events that happened before this one.
   */
  causes?: Name[]
  /**
   * The name of a node, a client, an operation or a message.
   */
  group?: string
  obs?: Observation
  src?: Source
  /**
   * This interface was referenced by `Invoke`'s JSON-Schema definition
   * via the `patternProperty` "^x-".
   */
  [k: string]: unknown
}
/**
 * A client learnt that its operation took effect.
 */
export interface Ok {
  type: 'ok'
  /**
   * The name of a node, a client, an operation or a message.
   */
  client: string
  /**
   * The name of a node, a client, an operation or a message.
   */
  op: string
  /**
   * The name of a node, a client, an operation or a message.
   */
  session?: string
  /**
   * Which attempt of a retried operation it is.
   */
  attempt?: number
  /**
   * What the operation does: read, write, cas, append, …
   */
  f?: string
  /**
   * The name of a node, a client, an operation or a message.
   */
  key?: string
  value?: AnyValue
  /**
   * The position in the log, or the first and last of a batch.
   */
  index?: Count | [Count, Count]
  /**
   * A position in a log, an epoch, or a number of things; 0 is before the first.
   */
  epoch?: number
  /**
   * The name of a node, a client, an operation or a message.
   */
  from?: string
  /**
   * Why, in words.
   */
  reason?: string
  /**
   * The name of a node, a client, an operation or a message.
   */
  node?: string
  /**
   * The number of the event at its node, from 1; a hole says that events were lost.
   */
  seq?: number
  /**
   * When it happened.
   */
  ts?: Bigint | [Bigint, Bigint]
  /**
   * A vector clock: per node how many of its events happened before, this one included.
   */
  vc?: {
    [k: string]: Count
  }
  /**
   * The name of a node, a client, an operation or a message.
   */
  id?: string
  /**
   * Names of events that happened before this one.
   */
  causes?: Name[]
  /**
   * The name of a node, a client, an operation or a message.
   */
  group?: string
  obs?: Observation
  src?: Source
  /**
   * This interface was referenced by `Ok`'s JSON-Schema definition
   * via the `patternProperty` "^x-".
   */
  [k: string]: unknown
}
/**
 * A client learnt that its operation took no effect.
 */
export interface Fail {
  type: 'fail'
  /**
   * The name of a node, a client, an operation or a message.
   */
  client: string
  /**
   * The name of a node, a client, an operation or a message.
   */
  op: string
  /**
   * The name of a node, a client, an operation or a message.
   */
  session?: string
  /**
   * Which attempt of a retried operation it is.
   */
  attempt?: number
  /**
   * What the operation does: read, write, cas, append, …
   */
  f?: string
  /**
   * The name of a node, a client, an operation or a message.
   */
  key?: string
  value?: AnyValue
  /**
   * Why, in words.
   */
  reason?: string
  /**
   * The name of a node, a client, an operation or a message.
   */
  node?: string
  /**
   * The number of the event at its node, from 1; a hole says that events were lost.
   */
  seq?: number
  /**
   * When it happened.
   */
  ts?: Bigint | [Bigint, Bigint]
  /**
   * A vector clock: per node how many of its events happened before, this one included.
   */
  vc?: {
    [k: string]: Count
  }
  /**
   * The name of a node, a client, an operation or a message.
   */
  id?: string
  /**
   * Names of events that happened before this one.
   */
  causes?: Name[]
  /**
   * The name of a node, a client, an operation or a message.
   */
  group?: string
  obs?: Observation
  src?: Source
  /**
   * This interface was referenced by `Fail`'s JSON-Schema definition
   * via the `patternProperty` "^x-".
   */
  [k: string]: unknown
}
/**
 * A client will not learn whether its operation took effect.
 */
export interface Info {
  type: 'info'
  /**
   * The name of a node, a client, an operation or a message.
   */
  client: string
  /**
   * The name of a node, a client, an operation or a message.
   */
  op: string
  /**
   * The name of a node, a client, an operation or a message.
   */
  session?: string
  /**
   * Which attempt of a retried operation it is.
   */
  attempt?: number
  /**
   * What the operation does: read, write, cas, append, …
   */
  f?: string
  /**
   * The name of a node, a client, an operation or a message.
   */
  key?: string
  value?: AnyValue
  /**
   * Why, in words.
   */
  reason?: string
  /**
   * The name of a node, a client, an operation or a message.
   */
  node?: string
  /**
   * The number of the event at its node, from 1; a hole says that events were lost.
   */
  seq?: number
  /**
   * When it happened.
   */
  ts?: Bigint | [Bigint, Bigint]
  /**
   * A vector clock: per node how many of its events happened before, this one included.
   */
  vc?: {
    [k: string]: Count
  }
  /**
   * The name of a node, a client, an operation or a message.
   */
  id?: string
  /**
   * Names of events that happened before this one.
   */
  causes?: Name[]
  /**
   * The name of a node, a client, an operation or a message.
   */
  group?: string
  obs?: Observation
  src?: Source
  /**
   * This interface was referenced by `Info`'s JSON-Schema definition
   * via the `patternProperty` "^x-".
   */
  [k: string]: unknown
}
/**
 * A node stopped and lost what was volatile.
 */
export interface Crash {
  type: 'crash'
  /**
   * The name of a node, a client, an operation or a message.
   */
  node: string
  /**
   * Why, in words.
   */
  reason?: string
  /**
   * The number of the event at its node, from 1; a hole says that events were lost.
   */
  seq?: number
  /**
   * When it happened.
   */
  ts?: Bigint | [Bigint, Bigint]
  /**
   * A vector clock: per node how many of its events happened before, this one included.
   */
  vc?: {
    [k: string]: Count
  }
  /**
   * The name of a node, a client, an operation or a message.
   */
  id?: string
  /**
   * Names of events that happened before this one.
   */
  causes?: Name[]
  /**
   * The name of a node, a client, an operation or a message.
   */
  group?: string
  obs?: Observation
  src?: Source
  /**
   * This interface was referenced by `Crash`'s JSON-Schema definition
   * via the `patternProperty` "^x-".
   */
  [k: string]: unknown
}
/**
 * A node recovered.
 */
export interface Restart {
  type: 'restart'
  /**
   * The name of a node, a client, an operation or a message.
   */
  node: string
  /**
   * Why, in words.
   */
  reason?: string
  /**
   * The number of the event at its node, from 1; a hole says that events were lost.
   */
  seq?: number
  /**
   * When it happened.
   */
  ts?: Bigint | [Bigint, Bigint]
  /**
   * A vector clock: per node how many of its events happened before, this one included.
   */
  vc?: {
    [k: string]: Count
  }
  /**
   * The name of a node, a client, an operation or a message.
   */
  id?: string
  /**
   * Names of events that happened before this one.
   */
  causes?: Name[]
  /**
   * The name of a node, a client, an operation or a message.
   */
  group?: string
  obs?: Observation
  src?: Source
  /**
   * This interface was referenced by `Restart`'s JSON-Schema definition
   * via the `patternProperty` "^x-".
   */
  [k: string]: unknown
}
/**
 * A node took another to have failed.
 */
export interface Suspect {
  type: 'suspect'
  /**
   * The name of a node, a client, an operation or a message.
   */
  node: string
  /**
   * The name of a node, a client, an operation or a message.
   */
  of: string
  /**
   * Why, in words.
   */
  reason?: string
  /**
   * The number of the event at its node, from 1; a hole says that events were lost.
   */
  seq?: number
  /**
   * When it happened.
   */
  ts?: Bigint | [Bigint, Bigint]
  /**
   * A vector clock: per node how many of its events happened before, this one included.
   */
  vc?: {
    [k: string]: Count
  }
  /**
   * The name of a node, a client, an operation or a message.
   */
  id?: string
  /**
   * Names of events that happened before this one.
   */
  causes?: Name[]
  /**
   * The name of a node, a client, an operation or a message.
   */
  group?: string
  obs?: Observation
  src?: Source
  /**
   * This interface was referenced by `Suspect`'s JSON-Schema definition
   * via the `patternProperty` "^x-".
   */
  [k: string]: unknown
}
/**
 * It was decided who leads an epoch.
 */
export interface Elect {
  type: 'elect'
  /**
   * A position in a log, an epoch, or a number of things; 0 is before the first.
   */
  epoch: number
  /**
   * The name of a node, a client, an operation or a message.
   */
  to?: string
  /**
   * The nodes that were polled, the elected one included.
   */
  voters?: Name[]
  /**
   * Why, in words.
   */
  reason?: string
  /**
   * The name of a node, a client, an operation or a message.
   */
  node?: string
  /**
   * The number of the event at its node, from 1; a hole says that events were lost.
   */
  seq?: number
  /**
   * When it happened.
   */
  ts?: Bigint | [Bigint, Bigint]
  /**
   * A vector clock: per node how many of its events happened before, this one included.
   */
  vc?: {
    [k: string]: Count
  }
  /**
   * The name of a node, a client, an operation or a message.
   */
  id?: string
  /**
   * Names of events that happened before this one.
   */
  causes?: Name[]
  /**
   * The name of a node, a client, an operation or a message.
   */
  group?: string
  obs?: Observation
  src?: Source
  /**
   * This interface was referenced by `Elect`'s JSON-Schema definition
   * via the `patternProperty` "^x-".
   */
  [k: string]: unknown
}
/**
 * A node became leader.
 */
export interface Promote {
  type: 'promote'
  /**
   * The name of a node, a client, an operation or a message.
   */
  node: string
  /**
   * A position in a log, an epoch, or a number of things; 0 is before the first.
   */
  epoch: number
  /**
   * The position in the log, or the first and last of a batch.
   */
  index?: Count | [Count, Count]
  /**
   * The nodes that were polled, the elected one included.
   */
  voters?: Name[]
  /**
   * Why, in words.
   */
  reason?: string
  /**
   * The number of the event at its node, from 1; a hole says that events were lost.
   */
  seq?: number
  /**
   * When it happened.
   */
  ts?: Bigint | [Bigint, Bigint]
  /**
   * A vector clock: per node how many of its events happened before, this one included.
   */
  vc?: {
    [k: string]: Count
  }
  /**
   * The name of a node, a client, an operation or a message.
   */
  id?: string
  /**
   * Names of events that happened before this one.
   */
  causes?: Name[]
  /**
   * The name of a node, a client, an operation or a message.
   */
  group?: string
  obs?: Observation
  src?: Source
  /**
   * This interface was referenced by `Promote`'s JSON-Schema definition
   * via the `patternProperty` "^x-".
   */
  [k: string]: unknown
}
/**
 * A node stopped being leader.
 */
export interface Demote {
  type: 'demote'
  /**
   * The name of a node, a client, an operation or a message.
   */
  node: string
  /**
   * A position in a log, an epoch, or a number of things; 0 is before the first.
   */
  epoch?: number
  /**
   * Why, in words.
   */
  reason?: string
  /**
   * The number of the event at its node, from 1; a hole says that events were lost.
   */
  seq?: number
  /**
   * When it happened.
   */
  ts?: Bigint | [Bigint, Bigint]
  /**
   * A vector clock: per node how many of its events happened before, this one included.
   */
  vc?: {
    [k: string]: Count
  }
  /**
   * The name of a node, a client, an operation or a message.
   */
  id?: string
  /**
   * Names of events that happened before this one.
   */
  causes?: Name[]
  /**
   * The name of a node, a client, an operation or a message.
   */
  group?: string
  obs?: Observation
  src?: Source
  /**
   * This interface was referenced by `Demote`'s JSON-Schema definition
   * via the `patternProperty` "^x-".
   */
  [k: string]: unknown
}
/**
 * A node began to stream from another.
 */
export interface Follow {
  type: 'follow'
  /**
   * The name of a node, a client, an operation or a message.
   */
  node: string
  /**
   * The name of a node, a client, an operation or a message.
   */
  from: string
  /**
   * A position in a log, an epoch, or a number of things; 0 is before the first.
   */
  epoch?: number
  /**
   * The position in the log, or the first and last of a batch.
   */
  index?: Count | [Count, Count]
  /**
   * Why, in words.
   */
  reason?: string
  /**
   * The number of the event at its node, from 1; a hole says that events were lost.
   */
  seq?: number
  /**
   * When it happened.
   */
  ts?: Bigint | [Bigint, Bigint]
  /**
   * A vector clock: per node how many of its events happened before, this one included.
   */
  vc?: {
    [k: string]: Count
  }
  /**
   * The name of a node, a client, an operation or a message.
   */
  id?: string
  /**
   * Names of events that happened before this one.
   */
  causes?: Name[]
  /**
   * The name of a node, a client, an operation or a message.
   */
  group?: string
  obs?: Observation
  src?: Source
  /**
   * This interface was referenced by `Follow`'s JSON-Schema definition
   * via the `patternProperty` "^x-".
   */
  [k: string]: unknown
}
/**
 * An old epoch is refused from here on.
 */
export interface Fence {
  type: 'fence'
  /**
   * A position in a log, an epoch, or a number of things; 0 is before the first.
   */
  epoch: number
  /**
   * The name of a node, a client, an operation or a message.
   */
  of?: string
  /**
   * Why, in words.
   */
  reason?: string
  /**
   * The name of a node, a client, an operation or a message.
   */
  node?: string
  /**
   * The number of the event at its node, from 1; a hole says that events were lost.
   */
  seq?: number
  /**
   * When it happened.
   */
  ts?: Bigint | [Bigint, Bigint]
  /**
   * A vector clock: per node how many of its events happened before, this one included.
   */
  vc?: {
    [k: string]: Count
  }
  /**
   * The name of a node, a client, an operation or a message.
   */
  id?: string
  /**
   * Names of events that happened before this one.
   */
  causes?: Name[]
  /**
   * The name of a node, a client, an operation or a message.
   */
  group?: string
  obs?: Observation
  src?: Source
  /**
   * This interface was referenced by `Fence`'s JSON-Schema definition
   * via the `patternProperty` "^x-".
   */
  [k: string]: unknown
}
/**
 * A node removed the end of its log; the position is its new last.
 */
export interface Truncate {
  type: 'truncate'
  /**
   * The name of a node, a client, an operation or a message.
   */
  node: string
  /**
   * The position in the log, or the first and last of a batch.
   */
  index: Count | [Count, Count]
  /**
   * The name of a node, a client, an operation or a message.
   */
  from?: string
  /**
   * Why, in words.
   */
  reason?: string
  /**
   * The number of the event at its node, from 1; a hole says that events were lost.
   */
  seq?: number
  /**
   * When it happened.
   */
  ts?: Bigint | [Bigint, Bigint]
  /**
   * A vector clock: per node how many of its events happened before, this one included.
   */
  vc?: {
    [k: string]: Count
  }
  /**
   * The name of a node, a client, an operation or a message.
   */
  id?: string
  /**
   * Names of events that happened before this one.
   */
  causes?: Name[]
  /**
   * The name of a node, a client, an operation or a message.
   */
  group?: string
  obs?: Observation
  src?: Source
  /**
   * This interface was referenced by `Truncate`'s JSON-Schema definition
   * via the `patternProperty` "^x-".
   */
  [k: string]: unknown
}
/**
 * A node was brought up to date.
 */
export interface CatchUp {
  type: 'catch-up'
  /**
   * The name of a node, a client, an operation or a message.
   */
  node: string
  /**
   * The name of a node, a client, an operation or a message.
   */
  from: string
  /**
   * The position in the log, or the first and last of a batch.
   */
  index?: Count | [Count, Count]
  /**
   * How the node caught up.
   */
  how?: 'log' | 'snapshot' | 'full' | 'rewind'
  /**
   * A position in a log, an epoch, or a number of things; 0 is before the first.
   */
  epoch?: number
  /**
   * The number of the event at its node, from 1; a hole says that events were lost.
   */
  seq?: number
  /**
   * When it happened.
   */
  ts?: Bigint | [Bigint, Bigint]
  /**
   * A vector clock: per node how many of its events happened before, this one included.
   */
  vc?: {
    [k: string]: Count
  }
  /**
   * The name of a node, a client, an operation or a message.
   */
  id?: string
  /**
   * Names of events that happened before this one.
   */
  causes?: Name[]
  /**
   * The name of a node, a client, an operation or a message.
   */
  group?: string
  obs?: Observation
  src?: Source
  /**
   * This interface was referenced by `CatchUp`'s JSON-Schema definition
   * via the `patternProperty` "^x-".
   */
  [k: string]: unknown
}
/**
 * Members or the mode changed.
 */
export interface Config {
  type: 'config'
  /**
   * The members from here on.
   */
  members?: Name[]
  model?: Model
  /**
   * Why, in words.
   */
  reason?: string
  /**
   * The name of a node, a client, an operation or a message.
   */
  node?: string
  /**
   * The number of the event at its node, from 1; a hole says that events were lost.
   */
  seq?: number
  /**
   * When it happened.
   */
  ts?: Bigint | [Bigint, Bigint]
  /**
   * A vector clock: per node how many of its events happened before, this one included.
   */
  vc?: {
    [k: string]: Count
  }
  /**
   * The name of a node, a client, an operation or a message.
   */
  id?: string
  /**
   * Names of events that happened before this one.
   */
  causes?: Name[]
  /**
   * The name of a node, a client, an operation or a message.
   */
  group?: string
  obs?: Observation
  src?: Source
  /**
   * This interface was referenced by `Config`'s JSON-Schema definition
   * via the `patternProperty` "^x-".
   */
  [k: string]: unknown
}
/**
 * An observation without a step.
 */
export interface State {
  type: 'state'
  /**
   * The name of a node, a client, an operation or a message.
   */
  node: string
  obs: Observation
  /**
   * The number of the event at its node, from 1; a hole says that events were lost.
   */
  seq?: number
  /**
   * When it happened.
   */
  ts?: Bigint | [Bigint, Bigint]
  /**
   * A vector clock: per node how many of its events happened before, this one included.
   */
  vc?: {
    [k: string]: Count
  }
  /**
   * The name of a node, a client, an operation or a message.
   */
  id?: string
  /**
   * Names of events that happened before this one.
   */
  causes?: Name[]
  /**
   * The name of a node, a client, an operation or a message.
   */
  group?: string
  src?: Source
  /**
   * This interface was referenced by `State`'s JSON-Schema definition
   * via the `patternProperty` "^x-".
   */
  [k: string]: unknown
}
/**
 * Links went down.
 */
export interface Partition {
  type: 'partition'
  /**
   * The two sides that cannot reach each other.
   *
   * @minItems 2
   * @maxItems 2
   */
  between?: [[Name, ...Name[]], [Name, ...Name[]]]
  /**
   * Why, in words.
   */
  reason?: string
  /**
   * The name of a node, a client, an operation or a message.
   */
  node?: string
  /**
   * The number of the event at its node, from 1; a hole says that events were lost.
   */
  seq?: number
  /**
   * When it happened.
   */
  ts?: Bigint | [Bigint, Bigint]
  /**
   * A vector clock: per node how many of its events happened before, this one included.
   */
  vc?: {
    [k: string]: Count
  }
  /**
   * The name of a node, a client, an operation or a message.
   */
  id?: string
  /**
   * Names of events that happened before this one.
   */
  causes?: Name[]
  /**
   * The name of a node, a client, an operation or a message.
   */
  group?: string
  obs?: Observation
  src?: Source
  /**
   * This interface was referenced by `Partition`'s JSON-Schema definition
   * via the `patternProperty` "^x-".
   */
  [k: string]: unknown
}
/**
 * Links came back.
 */
export interface Heal {
  type: 'heal'
  /**
   * The two sides that cannot reach each other.
   *
   * @minItems 2
   * @maxItems 2
   */
  between?: [[Name, ...Name[]], [Name, ...Name[]]]
  /**
   * Why, in words.
   */
  reason?: string
  /**
   * The name of a node, a client, an operation or a message.
   */
  node?: string
  /**
   * The number of the event at its node, from 1; a hole says that events were lost.
   */
  seq?: number
  /**
   * When it happened.
   */
  ts?: Bigint | [Bigint, Bigint]
  /**
   * A vector clock: per node how many of its events happened before, this one included.
   */
  vc?: {
    [k: string]: Count
  }
  /**
   * The name of a node, a client, an operation or a message.
   */
  id?: string
  /**
   * Names of events that happened before this one.
   */
  causes?: Name[]
  /**
   * The name of a node, a client, an operation or a message.
   */
  group?: string
  obs?: Observation
  src?: Source
  /**
   * This interface was referenced by `Heal`'s JSON-Schema definition
   * via the `patternProperty` "^x-".
   */
  [k: string]: unknown
}
/**
 * Events of a node were lost.
 */
export interface Gap {
  type: 'gap'
  /**
   * The name of a node, a client, an operation or a message.
   */
  node: string
  /**
   * How many events were lost; null when nobody knows.
   */
  lost: Count | null
  /**
   * Why, in words.
   */
  reason?: string
  /**
   * The number of the event at its node, from 1; a hole says that events were lost.
   */
  seq?: number
  /**
   * When it happened.
   */
  ts?: Bigint | [Bigint, Bigint]
  /**
   * A vector clock: per node how many of its events happened before, this one included.
   */
  vc?: {
    [k: string]: Count
  }
  /**
   * The name of a node, a client, an operation or a message.
   */
  id?: string
  /**
   * Names of events that happened before this one.
   */
  causes?: Name[]
  /**
   * The name of a node, a client, an operation or a message.
   */
  group?: string
  obs?: Observation
  src?: Source
  /**
   * This interface was referenced by `Gap`'s JSON-Schema definition
   * via the `patternProperty` "^x-".
   */
  [k: string]: unknown
}
/**
 * Anything else; ignored and counted.
 */
export interface Note {
  type: 'note'
  /**
   * Why, in words.
   */
  reason?: string
  /**
   * The name of a node, a client, an operation or a message.
   */
  node?: string
  /**
   * The number of the event at its node, from 1; a hole says that events were lost.
   */
  seq?: number
  /**
   * When it happened.
   */
  ts?: Bigint | [Bigint, Bigint]
  /**
   * A vector clock: per node how many of its events happened before, this one included.
   */
  vc?: {
    [k: string]: Count
  }
  /**
   * The name of a node, a client, an operation or a message.
   */
  id?: string
  /**
   * Names of events that happened before this one.
   */
  causes?: Name[]
  /**
   * The name of a node, a client, an operation or a message.
   */
  group?: string
  obs?: Observation
  src?: Source
  /**
   * This interface was referenced by `Note`'s JSON-Schema definition
   * via the `patternProperty` "^x-".
   */
  [k: string]: unknown
}
