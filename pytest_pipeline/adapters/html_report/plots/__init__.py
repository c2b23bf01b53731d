"""The plots of reports: a file each, drawn into axes that the figure hands out."""
