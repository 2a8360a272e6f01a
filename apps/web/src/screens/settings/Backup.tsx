// SPDX-License-Identifier: MIT
// A part of the settings: how to stay oneself when this machine is lost.
import '../../style/care.css'
import { useEffect } from 'preact/hooks'
import { loadCare } from '../../node/care.ts'
import { isReady } from '../../node/client.ts'
import { BackupFile } from './BackupFile.tsx'
import { RecoveryWords } from './RecoveryWords.tsx'

export default function Backup() {
  const ready = isReady.value
  useEffect(() => {
    if (ready) void loadCare()
  }, [ready])
  return (
    <div class="stack" id="backup">
      <RecoveryWords />
      <BackupFile />
    </div>
  )
}
