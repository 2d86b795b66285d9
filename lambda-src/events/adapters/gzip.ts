import { createGzip } from 'node:zlib';
import { Compressor } from '../domain/export-day';

/** Compresses as it comes, so that memory holds the compressed bytes only. The same lines give the same bytes. */
export function gzip(): Compressor {
  const stream = createGzip();
  const chunks: Buffer[] = [];
  const ended = new Promise<Buffer>((resolve, reject) => {
    stream.on('data', (chunk: Buffer) => chunks.push(chunk));
    stream.on('end', () => resolve(Buffer.concat(chunks)));
    stream.on('error', reject);
  });
  return {
    add: (lines) => new Promise((resolve, reject) => {
      stream.write(lines, (error) => {
        if (error) reject(error); else resolve();
      });
    }),
    end: async () => {
      stream.end();
      return ended;
    },
  };
}
