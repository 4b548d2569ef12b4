Hello,
${name}!
