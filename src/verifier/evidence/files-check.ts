import { createHash } from 'node:crypto';
import { LEAVES_FOLDER, PACK_FILES, readManifest, type Manifest } from '../../proof/evidence/manifest.js';
import type { Failures } from './findings.js';
import { readText, type PackSource } from './pack-source.js';

const ALWAYS_THERE: readonly string[] = [
  PACK_FILES.checkpoint,
  PACK_FILES.vkeys,
  PACK_FILES.policy,
  PACK_FILES.events,
  PACK_FILES.proofs,
  PACK_FILES.answers,
  PACK_FILES.documents,
  PACK_FILES.report,
];

/** Every file is the one that the manifest names, and there is no other. @returns undefined where it cannot be read */
export function checkFiles(pack: PackSource, failures: Failures): Manifest | undefined {
  if (pack.fault !== undefined) failures.add('pack_form', pack.fault);
  const manifest = failures.attempt('manifest', { file: PACK_FILES.manifest }, () =>
    readManifest(readText(pack, PACK_FILES.manifest)),
  );
  if (manifest === undefined) return undefined;
  checkList(pack, manifest, failures);
  const there = new Set(pack.paths);
  for (const file of manifest.files) {
    if (!there.has(file.path))
      failures.add('file_missing', `${file.path} is not in the pack`, { file: file.path });
    else checkDigest(pack, file, failures);
  }
  const hasLeaves = manifest.files.some(({ path }) => path.startsWith(LEAVES_FOLDER));
  if (hasLeaves !== (manifest.completeness === 'proved')) {
    const message = `the manifest says ${manifest.completeness}, and the pack holds ${hasLeaves ? '' : 'no '}leaves`;
    failures.add('manifest', message, { file: PACK_FILES.manifest });
  }
  return manifest;
}

/** The manifest names every file that is there, those that a pack always has, and each once. */
function checkList(pack: PackSource, { files }: Manifest, failures: Failures): void {
  const paths = files.map(({ path }) => path);
  const listed = new Set(paths);
  if (listed.size < paths.length || paths.join('\n') !== [...paths].sort().join('\n'))
    failures.add('manifest', 'the manifest does not list its files in order', { file: PACK_FILES.manifest });
  for (const path of pack.paths)
    if (path !== PACK_FILES.manifest && !listed.has(path))
      failures.add('file_unlisted', `the manifest does not name ${path}`, { file: path });
  for (const path of ALWAYS_THERE)
    if (!listed.has(path)) failures.add('file_missing', `the manifest does not name ${path}`, { file: path });
}

function checkDigest(pack: PackSource, file: Manifest['files'][number], failures: Failures): void {
  const digest = createHash('sha256');
  let bytes = 0;
  for (const piece of pack.read(file.path)) {
    digest.update(piece);
    bytes += piece.length;
  }
  if (digest.digest('hex') !== file.sha256 || bytes !== file.bytes)
    failures.add('file_digest', `${file.path} is not the file that the manifest names`, { file: file.path });
}
