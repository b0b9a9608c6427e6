import { createRootRoute } from '@tanstack/react-router';
import { MainContent } from '../MainContent.js';

export const root = createRootRoute({ component: MainContent });
