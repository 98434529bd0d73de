import { MOST_AT_A_TIME } from '../../app/cases/act-on-many';
import { type BatchAction, BATCH_ACTIONS } from '../../app/cases/batches';
import { may, NEEDED } from '../../domain/access/permissions';
import { type Viewer } from '../../domain/access/roles';

/** How many cases a selection may have. */
export const MANY_AT_A_TIME = MOST_AT_A_TIME;

/** What people read for an action on a selection. */
export const ACTION_SHOWN: Readonly<Record<BatchAction, string>> = {
  'record-assessment': 'Say what they are',
  'confirm-disconnection': 'They are off the core network',
  'schedule-replacement': 'Their replacement is booked',
  'confirm-removal': 'They have been removed',
  acknowledge: 'Tell us that you are on it',
  reassign: 'Give their tasks to somebody else',
};

/** What somebody may do with a selection, somewhere at least. */
export function actionChoices(viewer: Viewer) {
  return BATCH_ACTIONS.filter((action) => may(viewer, NEEDED[action])).map((action) => ({
    value: action,
    text: ACTION_SHOWN[action],
  }));
}
