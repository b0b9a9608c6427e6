import { z } from 'zod';

// The content security policy forbids `new Function`, with which zod would compile its parsers.
// Imported before anything that declares a schema.
z.config({ jitless: true });
