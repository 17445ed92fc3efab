if (process.env.STATE_session) (await import('./bundle.js')).post();
