import { z } from 'zod';
import { FLOW_KINDS } from '../../domain/figures/crossings';
import { STAGES } from '../../domain/vocabulary';
import { day, oneOf, words } from '../lists/query';

/** What the dashboard may be asked for. */
export const DASHBOARD = z.strictObject({ 'as-of': day, department: words });

/** What two dates may be compared by. */
export const COMPARE = z.strictObject({ 'as-of': day, since: day, department: words });

/** Which figure's cases are wanted. */
export const LIST = z.strictObject({
  figure: z.enum(['remaining', ...FLOW_KINDS], { error: 'Open the list from a figure of the dashboard' }),
  stage: oneOf(STAGES),
  part: oneOf(['must-go', 'to-look-at']),
  'as-of': day,
  since: day,
  department: words,
  after: words,
});
