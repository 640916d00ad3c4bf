import { HOW_TO_RUN, realServerSource } from '../../support/eventstoredb/real-server.js';
import { describeRace } from './race.js';

const source = realServerSource();

if (source === undefined) test.skip(HOW_TO_RUN, () => undefined);
else describeRace('EventStoreDB, a real server', source);
