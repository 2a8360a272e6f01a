// SPDX-License-Identifier: MIT
// What a hostile author may write, as templates: each gives texts that would call kithCanary('ID') or ask
// the canary's address if a page took them for more than text. Nothing here is a payload for anything but
// these tests: the canary is a function of the test page and a port of 127.0.0.1.

const entity = text => [...text].map(c => `&#${c.codePointAt(0)};`).join('')
const hexEntity = text => [...text].map(c => `&#x${c.codePointAt(0).toString(16)};`).join('')
const percent = text => [...text].map(c => '%' + c.charCodeAt(0).toString(16).padStart(2, '0')).join('')

// Addresses that run or load something; js is `kithCanary('ID')`, url the canary's address with the id.
export const addresses = (js, url) => [
  `javascript:${js}`, `JaVaScRiPt:${js}`, ` javascript:${js}`, `java\tscript:${js}`, `javascript\t:${js}`, `\x01javascript:${js}`,
  `javascript&colon;${js}`, `javascript&#58;${js}`, `&#106;avascript:${js}`, `${entity('javascript:')}${js}`, `${hexEntity('javascript:')}${js}`,
  `java&Tab;script:${js}`, `java&NewLine;script&colon;${js}`, `${percent('javascript')}:${js}`, `javascript%3A${js}`, `javascript://%0a${js}`,
  `javascript:/*--></title></style></script>*/${js}`, `\u200bjavascript:${js}`, `java\u200dscript:${js}`, `\u202ejavascript:${js}`, `javascript\u003a${js}`,
  `\ufeffjavascript:${js}`, `ｊavascript:${js}`, `feed:javascript:${js}`, `view-source:javascript:${js}`, `jar:javascript:${js}!/`,
  `vbscript:${js}`, `livescript:${js}`, `mocha:${js}`, `data:text/html,<script>${js}</script>`, `data:text/html;base64,${Buffer.from(`<script>${js}</script>`).toString('base64')}`,
  `data:image/svg+xml,<svg xmlns='http://www.w3.org/2000/svg' onload="${js}"/>`, `data:image/svg+xml;base64,${Buffer.from(`<svg xmlns="http://www.w3.org/2000/svg"><image href="${url}"/></svg>`).toString('base64')}`,
  `data:,${js}`, `data:application/javascript,${js}`, `data:text/xml,<x xmlns:h='http://www.w3.org/1999/xhtml'><h:script>${js}</h:script></x>`,
  `blob:${url}`, `blob:null/${js}`, `filesystem:${url}`, `about:blank#${js}`, 'about:srcdoc', 'file:///etc/passwd', 'chrome://settings', `intent://x#Intent;S.browser_fallback_url=${encodeURIComponent(url)};end`,
  `//${url.slice(7)}`, `\\\\${url.slice(7)}`, `/\\${url.slice(7)}`, `http:${url.slice(7)}`, `https:///${url.slice(7)}`, url, `${url}?"onerror="${js}`, `${url}#'onfocus='${js}`,
  `http://user:${js}@${url.slice(7)}`, `ssb:message/classic/"onclick="${js}`, `&"onerror=${js} x=.sha256`, `%"><img src=x onerror=${js}>.sha256`,
  `@"><svg onload=${js}>.ed25519`, `#"onmouseover="${js}`, `?token=1&x=<script>${js}</script>`, '../../rpc', '/session', '/metrics', `x:${'a'.repeat(3000)}`,
  `${url}/${'%0d%0aLocation:'.repeat(20)}`, `mailto:a@b?body=<script>${js}</script>`, `mailto:"><img src=x onerror=${js}>`, `tel:${js}`, `ws://${url.slice(7)}`,
  `web+ssb:${js}`, `ssb:experimental?action=consume-invite&invite=${encodeURIComponent(`"><script>${js}</script>`)}`
]

// How an address gets into a text.
export const linkForms = [
  a => `[click](${a})`, a => `[click](<${a}>)`, a => `![picture](${a})`, a => `[click][r]\n\n[r]: ${a}`, a => `![picture][r]\n\n[r]: <${a}> "title"`,
  a => `<${a}>`, a => a, a => `[![in](${a})](${a})`, a => `[click](${a} "${a}")`, a => `<a href="${a}">click</a>`, a => `<img src='${a}'>`
]

// Raw HTML, SVG and MathML.
export const markup = (js, url) => [
  `<script>${js}</script>`, `<ScRiPt>${js}</sCrIpT>`, `<script src="${url}"></script>`, `<script type=module>import('${url}')</script>`, `<scr<script>ipt>${js}</scr</script>ipt>`, `<script\n>${js}</script\n>`,
  `<img src=x onerror=${js}>`, `<img src=x onerror="${js}"//`, `<img/src/onerror=${js}>`, `<img src="${url}">`, `<img srcset="${url} 1x">`, `<img src=x:x onerror\n=${js}>`, `<IMG """><SCRIPT>${js}</SCRIPT>">`, `<img src=\`x\` onerror=${js}>`, `<image src=x onerror=${js}>`,
  `<svg onload=${js}>`, `<svg/onload=${js}>`, `<svg><script>${js}</script></svg>`, `<svg><animate onbegin=${js} attributeName=x dur=1s>`, `<svg><a xlink:href="javascript:${js}"><text y=20>x</text></a></svg>`, `<svg><use href="${url}#x"/></svg>`,
  `<svg><foreignObject><iframe srcdoc="<script>parent.${js}</script>"></iframe></foreignObject></svg>`, `<svg><image href="${url}"/></svg>`, `<svg><style>@import '${url}'</style></svg>`, `<svg><set attributeName=href to="javascript:${js}" /></svg>`,
  `<math><mtext><table><mglyph><style><img src=x onerror=${js}>`, `<math href="javascript:${js}">x</math>`, `<math><annotation-xml encoding="text/html"><img src=x onerror=${js}></annotation-xml></math>`,
  `<form><math><mtext></form><form><mglyph><svg><mtext><style><path id="</style><img onerror=${js} src>">`, `<svg></p><style><a id="</style><img src=1 onerror=${js}>">`, `<noscript><p title="</noscript><img src=x onerror=${js}>">`,
  `<iframe src="javascript:${js}"></iframe>`, `<iframe srcdoc="<img src=x onerror=parent.${js}>"></iframe>`, `<iframe src="${url}"></iframe>`, `<frameset onload=${js}>`, `<object data="${url}"></object>`, `<object data="javascript:${js}">`, `<embed src="${url}">`, `<applet code="${url}">`, `<portal src="${url}">`, `<fencedframe src="${url}">`,
  `<body onload=${js}>`, `<body background="${url}">`, `<table background="${url}"><td background="${url}">x</table>`, `<html manifest="${url}">`, '<base href="http://127.0.0.1:1/">', `<meta http-equiv=refresh content="0;url=${url}">`, `<meta http-equiv="refresh" content="0;javascript:${js}">`, `<meta http-equiv=Content-Security-Policy content="script-src *">`, '<meta name=referrer content=unsafe-url>',
  `<link rel=stylesheet href="${url}">`, `<link rel=preload as=script href="${url}">`, `<link rel=dns-prefetch href="//dns.canary.example">`, `<link rel=preconnect href="${url}">`, `<link rel=prefetch href="${url}">`, `<link rel=icon href="${url}">`, `<link rel=manifest href="${url}">`, `<link rel=import href="${url}">`,
  `<style>@import url(${url});</style>`, `<style>*{background:url(${url})}</style>`, `<p style="background:url(${url})">x`, `<p style="width:expression(${js})">x`, `<p style="position:fixed;inset:0;z-index:9999999;background:#fff">you are logged out</p>`, `<style>body{display:none}</style>`, `<div style="behavior:url(${url})">x`, `<p style="-moz-binding:url(${url})">x`,
  `<input autofocus onfocus=${js}>`, `<select autofocus onfocus=${js}>`, `<textarea autofocus onfocus=${js}>`, `<keygen autofocus onfocus=${js}>`, `<details open ontoggle=${js}>x</details>`, `<marquee onstart=${js}>x</marquee>`, `<dialog open onclose=${js}><form method=dialog><button autofocus>x</button></form></dialog>`, `<p onfocus=${js} tabindex=0 autofocus>x`,
  `<video src="${url}" autoplay>`, `<video><source onerror=${js}></video>`, `<video poster="${url}"></video>`, `<audio src="${url}" autoplay>`, `<audio src onloadstart=${js}>`, `<video><track default src="${url}"></video>`, `<picture><source srcset="${url}"><img></picture>`, `<input type=image src="${url}">`,
  `<form action="javascript:${js}"><button>go</button></form>`, `<form action="${url}"><input name=token><button>Sign in again</button></form>`, `<button formaction="javascript:${js}">x</button>`, `<isindex action="javascript:${js}" type=image>`, `<input type=submit formaction="${url}" form=f>`,
  `<a href="javascript:${js}">x</a>`, `<a href="${url}" ping="${url}">x</a>`, `<a href=x download="x.html" onclick=${js}>x</a>`, `<area shape=default href="javascript:${js}">`, `<a target=_top href="${url}">x</a>`, `<a id=location href="javascript:${js}">x</a>`,
  `<xml id=x><x onerror=${js}/></xml>`, `<!--><img src=x onerror=${js}>-->`, `<!--><script>${js}</script>`, `<![CDATA[><img src=x onerror=${js}>]]>`, `<?xml-stylesheet href="${url}"?>`, `<!DOCTYPE x [<!ENTITY e SYSTEM "${url}">]><x>&e;</x>`, `</textarea><script>${js}</script>`, `</title><script>${js}</script>`, `</script><script>${js}</script>`, `--!><script>${js}</script>`,
  `<template><script>${js}</script></template>`, `<template shadowrootmode=open><img src=x onerror=${js}></template>`, `<slot onslotchange=${js}>x</slot>`, `<custom-element is=x onclick=${js}>x`, `<x contenteditable onblur=${js} autofocus>x`, `<div popover onbeforetoggle=${js}>x</div><button popovertarget=x>`, `<p onanimationstart=${js} style="animation:x">x`, `<p ontransitionend=${js}>x`, `<p onscrollend=${js}>x`,
  `<<script>${js}//<</script>`, `<img src=x onerror=\u0000${js}>`, `<\u0000script>${js}</script>`, `\u003cimg src=x onerror=${js}\u003e`, '&lt;img src=x onerror=' + js + '&gt;', `%3Cscript%3E${js}%3C/script%3E`, `＜script＞${js}＜/script＞`, `+ADw-script+AD4-${js}+ADw-/script+AD4-`, `<a href=\`javascript:${js}\`>x`, `<img src=x onerror=&#${js.charCodeAt(0)};${js.slice(1)}>`, `"><img src=x onerror=${js}>`, `'><img src=x onerror=${js}>`, `" onmouseover="${js}" x="`, `' autofocus onfocus='${js}`, `\`-${js}-\``, `';${js};//`, `{{constructor.constructor("${js}")()}}`, `\${${js}}`, `#{${js}}`, `<%= ${js} %>`,
  '<img id=body name=body><form id=document name=getElementById>', '<a id=kith></a><a id=kith name=token href=x>', '<img name=createElement><img name=cookie><form name=location><input name=hash>', '<div id=app></div><div id=root></div><main id=main></main>', '<input name=attributes><input name=nodeName form=f>'
]

// Markdown that confuses a parser or breaks out of what it makes.
export const markdown = (js, url) => [
  `[a](b"onmouseover=${js} x=")`, `[a](b 'onmouseover=${js} x=')`, `![a"onerror="${js}](x)`, `![a' onerror='${js}](x)`, `![<img src=x onerror=${js}>](x)`, `[<img src=x onerror=${js}>](x)`, `![](${url})`, `![${'x'.repeat(2000)}](${url})`,
  `\`\`\`"><script>${js}</script>\ncode\n\`\`\``, `\`\`\`html" onmouseover="${js}\n<b>\n\`\`\``, `~~~ <img src=x onerror=${js}>\nx\n~~~`, `\`<script>${js}</script>\``, `    <script>${js}</script>`, `\`\`<img src=x onerror=${js}>\`\``,
  `# <img src=x onerror=${js}>`, `# heading {#"onclick=${js}}`, `> <script>${js}</script>`, `- <script>${js}</script>`, `1. [x](javascript:${js})`, `| a | <img src=x onerror=${js}> |\n|---|---|\n| [x](javascript:${js}) | ![y](${url}) |`, `- [ ] <input autofocus onfocus=${js}>`, `[^1]: <script>${js}</script>\n\nx[^1]`,
  `[x]: javascript:${js}\n\n[x]`, `[x]: <javascript:${js}> "onclick=${js}"\n\n[x][]`, `[__proto__]: javascript:${js}\n\n[a][__proto__]`, `[constructor]: ${url}\n\n![a][constructor]`, `[toString][]\n\n[toString]: x "${js}"`,
  `**<b onclick=${js}>x</b>**`, `~~<s onclick=${js}>~~`, `***[x](javascript:${js})***`, `<http://a"onclick=${js}>`, `<javascript:${js}>`, `<a@b"onclick="${js}>`, `https://a/"onmouseover="${js}`, `https://a/<img src=x onerror=${js}>`, `www.a.b/"onmouseover=${js}`, `http://a'onclick='${js}`, `${url}"><script>${js}</script>`,
  `<!-- --><script>${js}</script>`, `<div>\n\n[x](javascript:${js})\n\n</div>`, `<details><summary>x</summary>\n\n![y](${url})\n\n</details>`, `&lt;script&gt;${js}&lt;/script&gt;`, `&amp;lt;img src=x onerror=${js}&amp;gt;`, `\\<script>${js}</script>`, `<\\script>${js}</script>`, `$$\\href{javascript:${js}}{x}$$`, `:img{onerror=${js}}`, `{onclick=${js}}x`, `![a](x =100x100"onerror=${js})`,
  `${'['.repeat(1500)}x${'](javascript:1)'.repeat(100)}`, `${'> '.repeat(2000)}deep`, `${'- '.repeat(1000)}deep`, `${'*'.repeat(3000)}a${'*'.repeat(3000)}`, `${'_a'.repeat(2000)}`, `${'<div>'.repeat(1200)}x`, `${'<b><i>'.repeat(600)}<img src=x onerror=${js}>`, `${'`'.repeat(4000)}`, `${'![](x)'.repeat(700)}`, `${'\n'.repeat(4000)}end`, `${'#'.repeat(5000)}`, `${'a'.repeat(7000)}`, `[${'a'.repeat(3000)}](http://127.0.0.1/${'b'.repeat(3000)})`, `${'&#0;'.repeat(900)}`, `${'|a'.repeat(900)}|\n${'|-'.repeat(900)}|\n${'|b'.repeat(900)}|`, `${'\\'.repeat(4000)}`, `${'<'.repeat(4000)}`, `${'![a]('.repeat(900)}`, `${'[a]: b\n'.repeat(600)}[a]`
]

// Letters that turn the reading order, hide, pile up or pretend.
export const letters = (js, url) => [
  `\u202e<script>${js}</script>`, `\u2066\u202e)'ID'(yranaChtik:tpircsavaj](kcilc[\u2069`, `[ok\u202e](javascript:${js})`, `a\u0300${'\u0301'.repeat(2000)}`, `\u200b\u200c\u200d\u2060\ufeff`, `\u00ad${'\u00ad'.repeat(1000)}`, `\ud83d<script>${js}</script>`, `\udc00[x](javascript:${js})`,
  '\u0000\u0001\u0002\u0007\u0008\u001b[31m', `\u2028${js}\u2029${js}`, `\u0085<img src=x onerror=${js}>`, `\ufff9<script>\ufffb${js}</script>`, `\u{e0001}\u{e0073}\u{e0063}${js}`, `‮gpj.exe`, `${'﷽'.repeat(300)}`, `${'𒐫'.repeat(300)}`, `${'\u0e49'.repeat(500)}`, `ＪＡＶＡＳＣＲＩＰＴ：${js}`, `<ſcript>${js}</ſcript>`, `<ımg src=x onerror=${js}>`, `<K onclick=${js}>`, `\u3000onload=${js}`, `${url}\u3002canary\uff0eexample/`, `http://127。0。0。1:1/`, `http://①②⑦.⓪.⓪.①/`
]

// Hashtags, mentions and ids in a text.
export const references = (js, url) => [
  `#"onclick="${js}`, `#<script>${js}</script>`, `#tag"><img/src=x/onerror=${js}>`, '#__proto__', '#constructor', '#..%2f..%2frpc', `#${'t'.repeat(4000)}`, '#\u202etag', '#🦊', '##', '#javascript:1', '#a/b?c#d', '#%00', `#x'onclick='${js}`,
  `[@<img src=x onerror=${js}>](@${'A'.repeat(43)}=.ed25519)`, `[@x](@${'A'.repeat(43)}=.ed25519"onclick="${js})`, `[@x](@"><script>${js}</script>=.ed25519)`, `@${'A'.repeat(43)}=.ed25519"onclick="${js}`, '@__proto__', '[@x](@../../../rpc)', `[x](%${'A'.repeat(43)}=.sha256?"onclick=${js})`, `[x](%${'A'.repeat(43)}=.sha256#<script>${js}</script>)`, `![x](&${'A'.repeat(43)}=.sha256)`, `![x](&${'A'.repeat(43)}=.sha256?unbox="onerror=${js}.boxs)`, `![x](&${'A'.repeat(43)}=.sha256?contentType=text/html)`, `[x](ssb:feed/classic/${encodeURIComponent(`<script>${js}</script>`)})`, `[x](ssb:address/multiserver?multiserverAddress=${encodeURIComponent(url)})`, `[x](#/m/"onclick=${js})`, `[x](#/settings?delete=1)`, `[x](#token=${'0'.repeat(64)})`, `[x](/#token=${'0'.repeat(64)})`, '[x](?)', `[x](http://localhost:8484/#token=${'0'.repeat(64)})`
]
