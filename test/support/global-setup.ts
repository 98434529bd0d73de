import { Broker } from './broker';

declare global {
  var clearsiteBroker: Broker | undefined;
}

/** Runs once before all tests, in jest's own process. */
export default async function setup(): Promise<void> {
  const broker = new Broker();
  globalThis.clearsiteBroker = broker;
  await broker.listen();
}
