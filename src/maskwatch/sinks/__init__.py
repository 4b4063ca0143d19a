"""Where results go: drawings, pictures, videos, tables, a window."""
