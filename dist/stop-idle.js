import { main } from './bundle.js';

await main('stop-idle');
