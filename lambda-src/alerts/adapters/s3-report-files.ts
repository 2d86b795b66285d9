import { S3Objects } from '../../shared/adapters/s3-objects';
import { ReportFiles } from '../report-ports';

/** Files in a bucket, each by one call. */
export class S3ReportFiles implements ReportFiles {
  constructor(private readonly objects: S3Objects) {}

  public async put(key: string, content: string, contentType: string): Promise<void> {
    await this.objects.put(key, Buffer.from(content), contentType);
  }
}
