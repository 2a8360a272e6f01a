// SPDX-License-Identifier: MIT
// Reads a QR code with the camera, or from a picture of one.
import { useEffect, useRef, useState } from 'preact/hooks'
import { t } from '../i18n/index.ts'
import { openScanner, readPhoto } from './scanner.ts'

const LOOK_MS = 250
/** A code with an address in it is fine; what a camera gives unasked is too coarse for it. */
const CAMERA = { facingMode: 'environment', width: { ideal: 1920 }, height: { ideal: 1080 } }

export default function Scan({ onText }: { onText: (text: string) => void }) {
  const [on, setOn] = useState(false)
  const [wrong, setWrong] = useState('')
  const video = useRef<HTMLVideoElement>(null)
  const picker = useRef<HTMLInputElement>(null)
  const found = useRef(onText)
  found.current = onText
  useEffect(() => {
    if (!on) return
    let stream: MediaStream | undefined
    let timer: ReturnType<typeof setTimeout>
    let over = false
    const start = async (): Promise<void> => {
      const scan = await openScanner()
      stream = await navigator.mediaDevices.getUserMedia({ video: CAMERA })
      if (over) return stop()
      video.current!.srcObject = stream
      await video.current!.play()
      const look = async (): Promise<void> => {
        const text = await scan(video.current!)
        if (over) return
        if (!text) {
          timer = setTimeout(() => void look(), LOOK_MS)
          return
        }
        setOn(false)
        found.current(text)
      }
      await look()
    }
    const stop = (): void => {
      for (const track of stream?.getTracks() ?? []) track.stop()
    }
    start().catch(error => {
      if (over) return
      setWrong(t('tab.scanFailed', { why: (error as Error).message }))
      setOn(false)
    })
    return () => {
      over = true
      clearTimeout(timer)
      stop()
    }
  }, [on])
  const read = async (file: File): Promise<void> => {
    setWrong('')
    const text = await readPhoto(file).catch(() => undefined)
    if (text) found.current(text)
    else setWrong(t('tab.scanNothing'))
  }
  return (
    <>
      {on && <video ref={video} class="scan" muted playsInline aria-label={t('tab.scanPicture')} />}
      <p role="alert">{wrong && <span class="notice danger">{wrong}</span>}</p>
      <p class="row wrap">
        {navigator.mediaDevices && (
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
        )}
        <button type="button" class="button small" onClick={() => picker.current?.click()}>
          {t('tab.scanPhoto')}
        </button>
        <input
          ref={picker}
          type="file"
          accept="image/*"
          class="hidden"
          tabIndex={-1}
          aria-label={t('tab.scanPhoto')}
          onChange={e => {
            const [file] = e.currentTarget.files ?? []
            if (file) void read(file)
            e.currentTarget.value = ''
          }}
        />
      </p>
    </>
  )
}
