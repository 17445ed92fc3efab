import { main } from './bundle.js';

await main('inspect');
