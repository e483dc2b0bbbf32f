import { newId } from '../common/id.js';
import type { Outgoing } from './admission.js';
import type { ServerEvent } from './server-event.js';

/** A transient event as sockets are sent it, of this moment. */
export const transientEvent = <Data extends object>(
  { name }: ServerEvent<Data>,
  topic: string,
  data: NoInfer<Data>,
): Outgoing => ({
  type: name,
  envelope: { id: newId(), topic, epoch: null, seq: null, ts: new Date().toISOString(), data },
});
