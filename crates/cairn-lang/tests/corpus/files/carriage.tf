# barecarriage return in a comment
a = 1
