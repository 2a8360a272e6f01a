# SPDX-License-Identifier: MIT
# The core for WebAssembly with Debian's clang and wasi-libc. tests/wasm/sysroot.sh makes the folder
# KITH_WASM: sysroot/ (wasi-libc as clang wants to find it), include/ (sodium.h and xxhash.h and
# nothing else of the machine) and lib/libsodium.a.
set(CMAKE_SYSTEM_NAME WASI)
set(CMAKE_SYSTEM_PROCESSOR wasm32)
list(APPEND CMAKE_MODULE_PATH ${CMAKE_CURRENT_LIST_DIR})
set(KITH_WASM ${CMAKE_CURRENT_LIST_DIR}/../build/wasm CACHE PATH "what tests/wasm/sysroot.sh made")
list(APPEND CMAKE_TRY_COMPILE_PLATFORM_VARIABLES KITH_WASM)

set(CMAKE_C_COMPILER clang)
set(CMAKE_AR llvm-ar)
set(CMAKE_RANLIB llvm-ranlib)
set(CMAKE_C_COMPILER_TARGET wasm32-wasi)
set(CMAKE_SYSROOT ${KITH_WASM}/sysroot)
set(CMAKE_TRY_COMPILE_TARGET_TYPE STATIC_LIBRARY)

# Without local-exec clang 14 crashes on errno.
set(CMAKE_C_FLAGS_INIT "-ftls-model=local-exec -msimd128 -mbulk-memory -msign-ext -mnontrapping-fptoint -isystem ${KITH_WASM}/include")
set(CMAKE_C_FLAGS_RELEASE "-O3 -DNDEBUG" CACHE STRING "")
