if (process.env.STATE_session || process.env.STATE_restore) (await import('./bundle.js')).post();
