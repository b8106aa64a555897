#ifndef TESTS_SUPPORT_SANITIZER_H_
#define TESTS_SUPPORT_SANITIZER_H_

namespace suprsend_gateway::testing {

// Whether this is built with AddressSanitizer, which slows everything down, keeps freed memory, and
// must be able to attach to the process.
#if defined(__SANITIZE_ADDRESS__)
inline constexpr bool kAddressSanitizer = true;
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
inline constexpr bool kAddressSanitizer = true;
#else
inline constexpr bool kAddressSanitizer = false;
#endif
#else
inline constexpr bool kAddressSanitizer = false;
#endif

}  // namespace suprsend_gateway::testing

#endif  // TESTS_SUPPORT_SANITIZER_H_
