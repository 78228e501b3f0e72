"""The report for a wiki or a pull request, in GitHub-flavoured Markdown."""
