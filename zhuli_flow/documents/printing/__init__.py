"""From HTML to PDF: a confined child process, kept warm, that knows WeasyPrint."""
