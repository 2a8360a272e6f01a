// SPDX-License-Identifier: MIT
// Scripts that the page starts by itself: its own, from where the page came from, and no others.
const { trustedTypes } = globalThis as { trustedTypes?: TrustedTypePolicyFactory }
const policy = trustedTypes?.createPolicy('kith', {
  createScriptURL(text: string): string {
    if (new URL(text, location.href).origin !== location.origin) throw new TypeError('a script from elsewhere')
    return text
  },
})

export const script = (url: string): string => (policy?.createScriptURL(url) ?? url) as string
