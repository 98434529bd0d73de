import { type DataConverter } from '@temporalio/common';
import { EncryptionCodec } from './codec';
import { type Config } from './config';
import { loadKeyRing } from './keys';

/** Where the failure converter is, for `bundleWorkflowCode` as well: a prebuilt bundle must hold the same one. */
export const FAILURE_CONVERTER_PATH = require.resolve('./failure-converter');

/**
 * The one data converter of every client and worker.
 * @throws Failure `keys-invalid`, `keys-missing`
 */
export function dataConverter(config: Pick<Config, 'home' | 'keys' | 'source'>): DataConverter {
  return { payloadCodecs: [new EncryptionCodec(loadKeyRing(config))], failureConverterPath: FAILURE_CONVERTER_PATH };
}
