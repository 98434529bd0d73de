import { DefaultFailureConverter } from '@temporalio/common';

/** Messages and stacks of failures are encoded as payloads too, so that the codec encrypts them. Also part of the workflow bundle. */
export const failureConverter = new DefaultFailureConverter({ encodeCommonAttributes: true });
