import './global-setup';

/** Runs once after all tests, in jest's own process. */
export default async function teardown(): Promise<void> {
  await globalThis.clearsiteBroker?.close();
}
