// How often a known deviation was let pass, in words.
import type { WaiverUse } from '../validate/companions/waivers.ts'
import { counted } from './words.ts'

export function waiverLine({ waiver, lines }: WaiverUse): string {
  const times = lines.length === 0 ? 'never needed' : counted(lines.length, 'time')
  return `Waived until ${waiver.until}: ${waiver.reason} (${times})`
}
