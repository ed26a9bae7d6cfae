// A judged trace in words: the verdict first, then why, then what an acceptance rests on.
import type { Config } from '../lang/spec.ts'
import type { ClientJudgement } from '../validate/clients/clients.ts'
import { INFORMATIVE } from '../validate/monitor/monitor-rules.ts'
import type { Refused } from '../validate/format/foreign-trace.ts'
import type { Match, Validation } from '../validate/validation.ts'
import { rejectionLines, type SourceLine } from './rejection-text.ts'
import { waiverLine } from './waiver-text.ts'
import { are, columns, counted, grouped, listing, settings, wrapped } from './words.ts'

const WIDTH = 118
/** Violations and doubts of one rule that are told in full. */
const MAX_WITNESSES = 3

/** The report of one trace, ending in a newline. `changed` are the knobs that differ from their defaults. */
export function validationText(validation: Validation, changed: Config, sourceAt: SourceLine): string {
  const { file, verdict, match, clients, beside, mapping } = validation
  const lines = [
    `${file} is ${VERDICTS[verdict]}${headline(validation, changed)}`,
    ...(match === null || match.rejection === null
      ? []
      : ['', ...rejectionLines(match, validation.eventCount, sourceAt)]),
    ...(clients === null ? [] : ['', `Clients: ${CLIENTS[clients.verdict]}${over(clients)}.`, ...clientLines(clients)]),
    ...(validation.rules.length === 0 ? [] : ['', ...ruleLines(validation)]),
    ...(beside === null ? [] : ['', ...besideLines(beside)]),
    '',
    ...basisLines(validation),
    ...(mapping === null ? [] : mappingLines(mapping)),
  ]
  return `${lines.join('\n')}\n`
}

/** The last line of a report on several files of which some are no traces. */
export function refusedSummary(judgedCount: number, refused: readonly Refused[]): string {
  const files = refused.map(({ problems: [{ file }] }) => file).join(', ')
  return `${grouped(judgedCount)} of ${counted(judgedCount + refused.length, 'file')} judged. No trace, hence exit code 2: ${files}.\n`
}

const VERDICTS = { accepted: 'accepted', rejected: 'rejected', unknown: 'undecided', vacuous: 'not judged' }

const UNCONFIGURED =
  'no configuration is given. Say how the system is set up: model in the header, --preset NAME or --set KNOB=VALUE.'

function headline(
  { verdict, match, isMatter, eventCount, ended, clients, rules }: Validation,
  changed: Config,
): string {
  const under = ` (${settings(changed) || 'default configuration'})`
  const soFar = ended ? '' : ' The recording was cut off: accepted so far.'
  switch (verdict) {
    case 'accepted':
      if (match !== null)
        return `: its ${counted(eventCount, 'event')} ${are(eventCount)} a behaviour of replication${under}.${soFar}`
      if (clients !== null)
        return `: its ${counted(clients.operationCount, 'operation')} ${are(clients.operationCount)} linearizable.${soFar}`
      return `: no rule is violated. It was not held against the model: ${isMatter ? UNCONFIGURED : 'nothing in it is a step.'}${soFar}`
    case 'rejected': {
      const broken = rules
        .filter(rule => rule.verdict === 'violated' && !INFORMATIVE.has(rule.rule))
        .map(({ rule }) => rule)
      const reasons = [
        ...(match?.verdict === 'rejected' ? [`it is no behaviour of replication${under}`] : []),
        ...(clients?.verdict === 'violated' ? ['its operations are not linearizable'] : []),
        ...(broken.length === 0 ? [] : [`${listing(broken)} ${are(broken.length)} violated`]),
      ]
      return `: ${reasons.join('; ')}.`
    }
    case 'unknown':
      return match?.verdict === 'unknown' || clients === null || endedEarly(clients)
        ? ': the search ended at its limit of states, time or memory. Raise --budget or --timeout.'
        : `: whether its operations are linearizable cannot be told. ${clients.findings[0].witnesses.map(({ message }) => message).join(' ')}`
    case 'vacuous':
      return isMatter && match === null
        ? `: no rule could be held against it, and neither could the model: ${UNCONFIGURED}`
        : ': nothing in it is a step of replication or says anything that a rule could be held against.'
  }
}

/** Whether more states or time may decide it. */
function endedEarly({ keys }: ClientJudgement): boolean {
  return keys.length === 0 || keys.some(({ search }) => search?.why === 'budget' || search?.why === 'stopped')
}

const CLIENTS = { holds: 'linearizable', violated: 'not linearizable', unknown: 'undecided' }

function over({ keys }: ClientJudgement): string {
  return ` over ${counted(keys.length, 'key')}`
}

/** Clients of a trace of servers decide nothing, and say so. */
function besideLines(clients: ClientJudgement): readonly string[] {
  const [problem] = clients.problems
  if (problem !== undefined) return [`What clients saw was not judged: ${problem.message} (line ${problem.line})`]
  const [{ verdict, witnesses }] = clients.findings
  if (verdict === 'unknown' && clients.keys.length === 0)
    return wrapped(`What clients saw was not judged. ${witnesses[0].message}`.split(' '), ' ', WIDTH)
  const why = clients.verdict === 'violated' ? '; that is no reason to reject it, as followers may answer reads' : ''
  return [`What clients saw: ${CLIENTS[clients.verdict]}${over(clients)}${why}.`, ...clientLines(clients)]
}

function clientLines({ verdict, keys, strongest, findings, assumed }: ClientJudgement): readonly string[] {
  const broken = keys.filter(key => key.verdict !== 'holds')
  const weaker = findings.filter(({ rule }) => rule !== 'Linearizable')
  return [
    ...broken.map(
      ({ key, by, operationCount }) =>
        `  ${key === null ? 'the register' : `key ${key}`}: ${counted(operationCount, 'operation')}, judged by ${by}`,
    ),
    ...findings.flatMap(({ rule, verdict: found, witnesses }) =>
      rule === 'Linearizable' && found !== 'holds'
        ? witnesses.slice(0, MAX_WITNESSES).flatMap(witness => witnessLines(witness))
        : [],
    ),
    ...(verdict === 'violated' && strongest !== null
      ? [`  What still holds: ${strongest.length === 0 ? 'no guarantee that is checked' : strongest.join(', ')}.`]
      : []),
    ...(weaker.length === 0
      ? []
      : columns(weaker.map(({ rule, verdict: found }) => ['', found === 'holds' ? 'holds' : found, rule]))),
    ...assumed.map(sentence => `  assumed: ${sentence}`),
  ]
}

function ruleLines({ rules }: Validation): readonly string[] {
  const told = rules.filter(({ verdict }) => verdict === 'violated')
  const unknown = rules.filter(({ verdict }) => verdict === 'unknown').map(({ rule }) => rule)
  const holding = rules.filter(({ verdict }) => verdict === 'holds').map(({ rule }) => rule)
  return [
    'Rules over what was observed:',
    ...told.flatMap(({ rule, witnesses, violationCount }) => [
      `  ${INFORMATIVE.has(rule) ? 'noticed ' : 'violated'}  ${rule}`,
      ...witnesses.slice(0, MAX_WITNESSES).flatMap(witness => witnessLines(witness, '            ')),
      ...(violationCount > MAX_WITNESSES ? [`            and ${grouped(violationCount - MAX_WITNESSES)} more`] : []),
    ]),
    ...listed('  holds     ', holding),
    ...listed('  unknown   ', unknown),
  ]
}

function witnessLines(
  witness: { readonly message: string; readonly lines: readonly number[] },
  indent = '  ',
): readonly string[] {
  const where =
    witness.lines.length === 0 ? '' : ` (${witness.lines.length === 1 ? 'line' : 'lines'} ${witness.lines.join(', ')})`
  return wrapped(`${witness.message}${where}`.split(' '), ' ', WIDTH - indent.length).map(line => indent + line)
}

function listed(head: string, names: readonly string[]): readonly string[] {
  if (names.length === 0) return []
  return wrapped(names, ' ', WIDTH - head.length).map(
    (line, index) => (index === 0 ? head : ' '.repeat(head.length)) + line,
  )
}

/** What the verdict rests on beside the events. */
function basisLines({ events, eventCount, assumptions, match }: Validation): readonly string[] {
  const types = [...events].map(([type, count]) => `${grouped(count)} ${type}`)
  const implicit = assumptions.filter(({ field }) => !field.startsWith('complete.'))
  const complete = assumptions.filter(({ field, value }) => field.startsWith('complete.') && value === 'all')
  return [
    ...wrapped(
      [
        `${counted(eventCount, 'event')}:`,
        ...types.map((type, index) => (index < types.length - 1 ? `${type},` : `${type}.`)),
      ],
      ' ',
      WIDTH,
    ),
    ...(match === null ? [] : relaxationLines(match)),
    ...(implicit.length + complete.length === 0
      ? []
      : wrapped(
          [
            'Assumed, as the header does not say:',
            ...implicit.map(({ field, value }) => `${field} = ${String(value)};`),
            ...(complete.length === 0
              ? []
              : [`every ${complete.map(({ field }) => recordedAs(field, events)).join(', ')} was recorded.`]),
          ],
          ' ',
          WIDTH,
        )),
  ]
}

/** A type of event in words; of a crash its node seldom tells before it starts again. */
function recordedAs(field: string, events: Validation['events']): string {
  const type = field.slice('complete.'.length)
  return type === 'crash' && events.has('restart') ? 'crash (or the restart after it)' : type
}

function relaxationLines({ relaxations, actions, verdict }: Match): readonly string[] {
  const { hidden, unchecked, ignored, gapCount, passedCount, waivers } = relaxations
  return [
    ...(verdict === 'accepted' && actions.size > 0
      ? wrapped([`Steps taken:`, ...tallies(actions).split(' ')], ' ', WIDTH)
      : []),
    ...(hidden.size === 0 ? [] : [`Steps that no event recorded: ${tallies(hidden)}.`]),
    ...(gapCount === 0 ? [] : [`Accepted with gaps: events were lost in ${counted(gapCount, 'place')}.`]),
    ...(unchecked.size === 0 ? [] : [`Fields that nothing in the model answers to: ${tallies(unchecked)}.`]),
    ...(ignored.size === 0 ? [] : [`Events that are no matter of the model: ${tallies(ignored)}.`]),
    ...(passedCount === 0 ? [] : [`Not judged after a deviation of their node: ${counted(passedCount, 'event')}.`]),
    ...waivers.map(waiverLine),
  ]
}

function mappingLines({
  records,
  mapped,
  dropped,
  notSelected,
  unmatched,
  rules,
}: NonNullable<Validation['mapping']>): readonly string[] {
  const idle = rules.filter(({ matched }) => matched === 0).map(({ name }) => name)
  const drops = Object.entries(dropped).map(([reason, count]) => `${grouped(count)} dropped (${reason})`)
  const rest = notSelected === 0 ? [] : [`${grouped(notSelected)} not selected`]
  return [
    `Mapped ${grouped(mapped)} of ${counted(records, 'record')}${[...drops, ...rest].map(part => `; ${part}`).join('')}.`,
    ...unmatched.map(
      ({ name, count, firstLine }) => `  no rule for ${name}: ${grouped(count)}, first in line ${firstLine}`,
    ),
    ...(idle.length === 0 ? [] : wrapped(['Rules of the map that matched nothing:', ...idle], ' ', WIDTH)),
  ]
}

function tallies(counts: ReadonlyMap<string, number>): string {
  return [...counts].map(([name, count]) => `${grouped(count)} ${name}`).join(', ')
}
