import { unreachable } from '../../domain/errors';
import { type DeviceWarning } from '../../register/import-warnings';
import { type Warning } from './report';

/** A warning in words. */
export function inWords({ code, line, assetId: subject, other }: DeviceWarning): Warning {
  const warning = (text: string, hint: string): Warning => ({ code, line, subject, text, hint });
  switch (code) {
    case 'mac-known':
      return warning(
        `Asset ${other} has the same MAC address.`,
        'One of the two is mistyped, or they are one device: see "clearsite devices merge".',
      );
    case 'serial-known':
      return warning(
        `Asset ${other} has the same serial number.`,
        'One of the two is mistyped, or they are one device: see "clearsite devices merge".',
      );
    case 'repeated-line':
      return warning(`The line says the same as line ${other}.`, 'Nothing to do: it counts once.');
    case 'unknown-parent':
      return warning(
        `Its recorder ${other} is not in the register.`,
        'Import the recorder, or correct the parent asset id.',
      );
    case 'listed-after-closing':
      return warning(
        `Its case ${other} is closed, yet the inventory lists the device. The case stays closed.`,
        `If the device is there after all: clearsite cases act ${other.split(' ', 1)[0] ?? other} reopen --reason "…".`,
      );
    case 'merged-asset':
      return warning(`It was merged into ${other}, which holds its case.`, 'List it under that asset id from now on.');
    case 'value-cleared':
      return warning(
        `The file has no value for ${other}, so the known one was cleared.`,
        'Leave the column out of the file to keep what is known, or undo the import.',
      );
    case 'case-differs':
      return warning(
        `What its open case ${other} says no longer fits the device.`,
        'Look at the case; this version does not tell it by itself.',
      );
    default:
      return unreachable(code);
  }
}
