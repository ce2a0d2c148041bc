import * as z from 'zod';

/** A standard deviation of noise on the 0-255 scale: what is above it no method tells from a picture, and some make black. */
export const noiseLevel = z.number().min(0).max(255);
