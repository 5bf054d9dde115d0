#pragma once
#include <gmime/gmime.h>

// What the headers have as macros only.
static inline gboolean anwal_is_multipart(gpointer object) { return GMIME_IS_MULTIPART(object); }
static inline gboolean anwal_is_message_part(gpointer object) { return GMIME_IS_MESSAGE_PART(object); }
static inline gboolean anwal_is_part(gpointer object) { return GMIME_IS_PART(object); }
static inline gboolean anwal_is_text_part(gpointer object) { return GMIME_IS_TEXT_PART(object); }
