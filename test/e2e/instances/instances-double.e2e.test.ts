import { EventStoreDbDouble } from '../../support/eventstoredb/event-store-db-double.js';
import { describeRace } from './race.js';

describeRace('EventStoreDB, over the double', () => EventStoreDbDouble.start());
