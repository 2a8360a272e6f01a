# SPDX-License-Identifier: MIT
# CMake 3.25 does not know this system. Nothing is shared there, so nothing has to be movable.
set(CMAKE_STATIC_LIBRARY_PREFIX lib)
set(CMAKE_STATIC_LIBRARY_SUFFIX .a)
set(CMAKE_C_COMPILE_OPTIONS_PIC "")
