// SPDX-License-Identifier: MIT
// Reads a QR code with the camera, where the browser can do that by itself.
import { useEffect, useRef, useState } from 'preact/hooks'
import { t } from '../i18n/index.ts'

interface Detector {
  detect(from: HTMLVideoElement): Promise<{ rawValue: string }[]>
}
type Made = new (options: { formats: string[] }) => Detector

const made = (globalThis as { BarcodeDetector?: Made }).BarcodeDetector
const LOOK_MS = 250

export default function Scan({ onText }: { onText: (text: string) => void }) {
  const [on, setOn] = useState(false)
  const [wrong, setWrong] = useState('')
  const video = useRef<HTMLVideoElement>(null)
  const found = useRef(onText)
  found.current = onText
  useEffect(() => {
    if (!on || !made) return
    const detector = new made({ formats: ['qr_code'] })
    let stream: MediaStream | undefined
    let timer: ReturnType<typeof setTimeout>
    let over = false
    const look = async (): Promise<void> => {
      const [code] = await detector.detect(video.current!).catch(() => [])
      if (over) return
      if (!code) {
        timer = setTimeout(() => void look(), LOOK_MS)
        return
      }
      setOn(false)
      found.current(code.rawValue)
    }
    const start = async (): Promise<void> => {
      stream = await navigator.mediaDevices.getUserMedia({ video: { facingMode: 'environment' } })
      if (over) return stop()
      video.current!.srcObject = stream
      await video.current!.play()
      await look()
    }
    const stop = (): void => {
      for (const track of stream?.getTracks() ?? []) track.stop()
    }
    start().catch(error => {
      if (over) return
      setWrong((error as Error).message)
      setOn(false)
    })
    return () => {
      over = true
      clearTimeout(timer)
      stop()
    }
  }, [on])
  if (!made || !navigator.mediaDevices) return null
  return (
    <>
      {on && <video ref={video} class="scan" muted playsInline aria-label={t('tab.scanPicture')} />}
      <p role="alert">{wrong && <span class="notice danger">{t('tab.scanFailed', { why: wrong })}</span>}</p>
      <p>
        <button
          type="button"
          class="button small"
          onClick={() => {
            setWrong('')
            setOn(!on)
          }}
        >
          {t(on ? 'tab.scanStop' : 'tab.scan')}
        </button>
      </p>
    </>
  )
}
