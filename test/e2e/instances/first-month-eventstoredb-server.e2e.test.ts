import { HOW_TO_RUN, realServerSource } from '../../support/eventstoredb/real-server.js';
import { describeFirstMonth } from './first-month.js';

const source = realServerSource();

if (source === undefined) test.skip(HOW_TO_RUN, () => undefined);
else describeFirstMonth('EventStoreDB, a real server', source);
