# SPDX-License-Identifier: MIT
# PROBE includes all that its layer may include and has to compile. Then each header of FORBIDDEN in a
# file of its own has to stop with "not found".
set(flags -std=c11 -D_GNU_SOURCE -fsyntax-only)
foreach(dir ${INCLUDES})
  list(APPEND flags -I${dir})
endforeach()

execute_process(COMMAND ${CC} ${flags} ${PROBE} RESULT_VARIABLE result ERROR_VARIABLE error)
if(NOT result EQUAL 0)
  message(FATAL_ERROR "what the layer may include does not compile:\n${error}")
endif()

set(breach ${PROBE}.breach.c)
set(count 0)
foreach(header ${FORBIDDEN})
  file(WRITE ${breach} "#include \"${header}\"\n")
  execute_process(COMMAND ${CC} ${flags} ${breach} RESULT_VARIABLE result ERROR_VARIABLE error)
  if(result EQUAL 0 OR NOT error MATCHES "No such file or directory|file not found")
    message(FATAL_ERROR "${header} can be included from this layer\n${error}")
  endif()
  math(EXPR count "${count} + 1")
endforeach()
message(STATUS "${count} headers out of reach")
