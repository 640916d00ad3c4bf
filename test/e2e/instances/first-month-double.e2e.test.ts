import { EventStoreDbDouble } from '../../support/eventstoredb/event-store-db-double.js';
import { describeFirstMonth } from './first-month.js';

describeFirstMonth('EventStoreDB, over the double', () => EventStoreDbDouble.start());
