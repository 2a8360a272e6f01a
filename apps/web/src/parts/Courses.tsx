// SPDX-License-Identifier: MIT
import { useMemo } from 'preact/hooks'

const ROWS = 5
const WIDTH = 400
const HEIGHT = 24

/** Courses of stones in the bond that an id gives: every wall looks a little different. */
export function Courses({ id }: { id: string }) {
  const stones = useMemo(() => lay(id), [id])
  return (
    <svg
      class="courses"
      viewBox={`0 0 ${WIDTH} ${ROWS * HEIGHT}`}
      preserveAspectRatio="xMidYMid slice"
      aria-hidden="true"
    >
      {stones.map(s => (
        <rect
          key={`${s.x} ${s.y}`}
          x={s.x}
          y={s.y}
          width={s.width}
          height={HEIGHT - 3}
          rx="3"
          fill="currentColor"
          fill-opacity={s.tone}
        />
      ))}
    </svg>
  )
}

interface Stone {
  x: number
  y: number
  width: number
  tone: number
}

function lay(id: string): Stone[] {
  const out: Stone[] = []
  let seed = 1
  const next = (): number => {
    seed = (seed * 33 + id.charCodeAt(seed % Math.max(1, id.length - 10))) % 65521
    return seed
  }
  for (let row = 0; row < ROWS; row++) {
    for (let x = -(next() % 40); x < WIDTH; ) {
      const width = 26 + (next() % 44)
      out.push({ x, y: row * HEIGHT, width: width - 3, tone: 0.12 + (next() % 7) / 11 })
      x += width
    }
  }
  return out
}
