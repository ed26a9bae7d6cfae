// Why a trace was rejected, in words and in the order in which an engineer asks: what, how far, why, what was possible,
// what would have been, what would repair it, what it rests on.
import type { EventPlace } from '../validate/format/foreign-trace.ts'
import type { KnobRepair } from '../validate/match/knobs.ts'
import type { CandidateFinding, Fact, RejectionFinding } from '../validate/match/rejection.ts'
import type { Match } from '../validate/validation.ts'
import { are, counted, grouped, wrapped } from './words.ts'

/** The place and the text of the specification's line at an offset. */
export type SourceLine = (offset: number) => { readonly place: string; readonly line: string }

const WIDTH = 118
/** So many reasons are told one by one. */
const MAX_REASONS = 6

export function rejectionLines(match: Match, eventCount: number, sourceAt: SourceLine): readonly string[] {
  const { rejection } = match
  if (rejection === null) return []
  return [
    `Line ${rejection.line}${takenFrom(rejection)} is no step of replication here.`,
    ...(rejection.contradiction === null ? [] : [`  It contradicts the trace itself: ${rejection.contradiction}.`]),
    '',
    ...prefixLines(rejection, eventCount),
    '',
    ...rejection.candidates.flatMap(candidate => candidateLines(candidate, sourceAt)),
    ...stateLines(rejection),
    ...(rejection.expected.length === 0
      ? []
      : wrapped(
          [
            'Possible instead:',
            ...rejection.expected.map((step, index) => `${step}${index < rejection.expected.length - 1 ? ',' : ''}`),
          ],
          ' ',
          WIDTH,
        )),
    ...reasonLines(rejection),
    ...repairLines(match),
  ]
}

function prefixLines(
  { takenCount, lastLines, rivals, line, isSettled }: RejectionFinding,
  eventCount: number,
): readonly string[] {
  const last = [...lastLines].map(([node, at]) => `${node} line ${at}`).join(', ')
  return [
    takenCount === 0
      ? `Nothing comes before it in the ${counted(eventCount, 'event')} of the trace.`
      : `The first ${grouped(takenCount)} of ${counted(eventCount, 'event')} ${are(takenCount)} a behaviour${last === '' ? '' : `; the last of each node: ${last}`}.`,
    ...(rivals.length === 0
      ? []
      : [
          `${counted(rivals.length, 'other prefix')} of that length ended at another event; line ${line} may not be the one to blame.`,
        ]),
    ...(isSettled ? ['No step that the recording may leave out helps, nor any other order that it leaves open.'] : []),
  ]
}

function candidateLines({ step, guards, read, claims }: CandidateFinding, sourceAt: SourceLine): readonly string[] {
  const failed = guards.filter(({ holds }) => !holds).length
  const head =
    step === ''
      ? 'As an observation:'
      : read !== null
        ? `As ${step}: a guard is false. The logs are too long to show all; it read:`
        : failed > 0
          ? `As ${step}: ${failed === 1 ? 'one guard is' : `${failed} guards are`} false.`
          : claims.length > 0
            ? `As ${step}, which is possible, but then:`
            : `As ${step}: possible.`
  const placeWidth = Math.max(0, ...guards.map(({ offset }) => sourceAt(offset).place.length))
  return [
    head,
    ...guards.flatMap(({ offset, holds, have, compared }) => {
      const { place, line } = sourceAt(offset)
      return [
        `  ${holds ? 'true ' : 'FALSE'}  ${place.padEnd(placeWidth)}  ${line}`,
        ...(holds ? [] : factLines(have, compared, placeWidth + 11)),
      ]
    }),
    ...(read === null ? [] : factLines(read, [], 2)),
    ...claims.map(
      ({ field, node, aspect, need, have }) =>
        `  ${field} says that ${ASPECTS[aspect]} of ${node} is ${need}; it is ${have}`,
    ),
    '',
  ]
}

const ASPECTS = {
  role: 'the role',
  epoch: 'the epoch',
  last: 'the last position',
  lastEpoch: 'the epoch of the last entry',
  commit: 'the commit position',
  applied: 'the applied position',
  synced: 'the durable position',
  entryEpoch: 'the epoch of the entry there',
}

function factLines(facts: readonly Fact[], compared: readonly string[], indent: number): readonly string[] {
  const parts = [...facts.map(({ path, value }) => `${path} is ${value}`), ...compared.map(text => `${text} is false`)]
  if (parts.length === 0)
    return [`${' '.repeat(indent)}false whatever the state: the configuration or the arguments decide`]
  return wrapped(parts, ', ', WIDTH - indent).map(line => ' '.repeat(indent) + line)
}

function stateLines({ stateCount, states }: RejectionFinding): readonly string[] {
  return [
    `${stateCount === 1 ? 'The state there' : `The ${grouped(stateCount)} states possible there`}:`,
    ...states.map(
      ({ node, roles, epoch, last, synced }) =>
        `  ${node}  ${roles.join(' or ')}, epoch ${range(epoch)}, log to ${range(last)}, durable to ${range(synced)}`,
    ),
  ]
}

function range([low, high]: readonly [number, number]): string {
  return low === high ? String(low) : `${low}..${high}`
}

function reasonLines({ reasons, line, isSettled }: RejectionFinding): readonly string[] {
  if (reasons.length === 0) return []
  const shown = reasons.slice(0, MAX_REASONS)
  const rest = reasons.length - shown.length
  const letters = shown.map((_, index) => letter(index)).join(', ')
  const others = rest === 0 ? letters : `${letters}, ${rest} more before them`
  return [
    'What it comes from:',
    ...shown.map(
      ({ line: at, src, changed }, index) =>
        `  ${letter(index)}. line ${at}${takenFrom({ src })} ${isSettled ? 'left' : 'made'} ${changed.map(({ path, value }) => `${path} ${value}`).join(', ')}`,
    ),
    isSettled
      ? `  ${others} and line ${line} cannot ${reasons.length === 1 ? 'both' : 'all'} be.`
      : `  Where ${others} ${reasons.length === 1 ? 'is' : 'are'} so, line ${line} is no step.`,
  ]
}

/** Behind the number of a line: the file and the line that the event was taken from, if it says so. */
function takenFrom({ src }: Pick<EventPlace, 'src'>): string {
  const said = [src?.file, src?.line === undefined ? undefined : `line ${src.line}`].filter(part => part !== undefined)
  return said.length === 0 ? '' : ` (${said.join(', ')})`
}

function letter(index: number): string {
  return String.fromCharCode(65 + index)
}

function repairLines({ repairs, knobs, losses }: Match): readonly string[] {
  return [
    ...(repairs.length === 0 ? [] : ['Nearest repair:']),
    ...repairs.map(({ words, furtherCount, complete }) => `  ${words}, ${further(furtherCount, complete)}`),
    ...(knobs.length === 0 ? [] : ['It would be a behaviour of another configuration:']),
    ...knobs.map(admitting),
    ...(losses.length === 0 ? [] : ['It would be a behaviour if not every such event had been recorded:']),
    ...losses.map(admitting),
  ]
}

function admitting({ knob, value, furtherCount, complete }: KnobRepair): string {
  return `  ${knob}=${value}: ${further(furtherCount, complete)}`
}

function further(count: number, complete: boolean): string {
  return complete ? 'the rest of the trace matches' : `the next ${counted(count, 'event')} match`
}
